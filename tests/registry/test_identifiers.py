from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum.gb import nhs as stdnum_nhs
from stdnum.gb import upn as stdnum_upn

from registry.identifiers import (
    INDEX_ALPHABET,
    UPN_LETTERS,
    NotValid,
    index_check,
    is_valid,
    nearly,
    new_index_number,
    read_index_number,
    read_laestab,
    read_nhs_number,
    read_part_postcode,
    read_postcode,
    read_practice_code,
    read_telephone,
    read_uln,
    read_upn,
    read_uprn,
    read_urn,
    recognise,
    upn_letter,
)

digit = st.sampled_from("0123456789")
upn_bodies = st.tuples(
    st.text("0123456789", min_size=11, max_size=11), st.sampled_from("0123456789" + UPN_LETTERS)
).map("".join)
nine_digits = st.text("0123456789", min_size=9, max_size=9)
index_bodies = st.text(INDEX_ALPHABET, min_size=8, max_size=8)


def fault(read, text):
    with pytest.raises(NotValid) as refused:
        read(text)
    return str(refused.value)


def replaced(value, place, character):
    return value[:place] + character + value[place + 1 :]


def swapped(value, place):
    return value[:place] + value[place + 1] + value[place] + value[place + 2 :]


@pytest.mark.parametrize("upn", ["B801200005001", "H330203126001", "G33020312601A", "X00180001701A"])
def test_a_upn_with_its_check_letter_is_read(upn):
    assert read_upn(f" {upn[:4].lower()}-{upn[4:8]} {upn[8:].lower()} ").value == upn


def test_a_vendors_published_example_is_wrong():
    assert upn_letter("207000016049") == "P"
    assert is_valid(read_upn, "P207000016049")
    assert not is_valid(read_upn, "Q207000016049")


def test_a_wrong_check_letter_is_told_with_the_right_one():
    assert fault(read_upn, "H330203126002") == (
        "The UPN H330203126002 is not valid: its check letter should be X. Check for a mistyped digit."
    )


@pytest.mark.parametrize("la_code", ["001", "005", "660", "681", "701", "708", "901", "938"])
def test_a_upn_may_carry_an_authority_of_the_past_or_none(la_code):
    body = f"{la_code}203126001"

    upn = read_upn(upn_letter(body) + body)

    assert (upn.la_code, upn.estab_number) == (la_code, "2031")


def test_a_temporary_upn_ends_in_a_letter_and_says_so():
    assert read_upn("G33020312601A").kind == "temporary_upn"
    assert read_upn("H330203126001").kind == "upn"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has 0 characters"),
        ("H33020312600", "it has 12 characters and should have 13"),
        ("H33O203126001", "O is never used in a UPN"),
        ("I330203126001", "I is never used in a UPN"),
        ("H3302031260A1", "it should be a letter and 12 digits"),
        ("4330203126001", "it should be a letter and 12 digits"),
        ("H33020312600１", "it should be a letter and 12 digits"),
    ],
)
def test_a_misshapen_upn_says_what_is_wrong(text, reason):
    assert reason in fault(read_upn, text)


@given(upn_bodies, st.integers(0, 12), digit, st.sampled_from(UPN_LETTERS))
def test_one_wrong_character_in_a_upn_is_caught(body, place, a_digit, a_letter):
    upn = upn_letter(body) + body
    wrong = a_digit if upn[place].isdigit() else a_letter
    assume(wrong != upn[place])

    assert is_valid(read_upn, upn)
    assert not is_valid(read_upn, replaced(upn, place, wrong))


@given(upn_bodies, st.integers(1, 10))
def test_two_digits_of_a_upn_that_changed_places_are_caught(body, place):
    upn = upn_letter(body) + body
    assume(upn[place] != upn[place + 1])

    assert not is_valid(read_upn, swapped(upn, place))


@pytest.mark.parametrize("uln", ["9276308686", "3304001122"])
def test_a_uln_is_read(uln):
    assert read_uln(f"{uln[:5]} {uln[5:]}").value == uln


def test_a_uln_never_begins_with_nought():
    assert "does not begin with 0" in fault(read_uln, "0304001122")


@given(nine_digits.filter(lambda digits: digits[0] != "0"))
def test_a_uln_has_at_most_one_check_digit_and_none_for_a_remainder_of_nought(digits):
    remainder = sum(weight * int(character) for weight, character in zip(range(10, 1, -1), digits, strict=True)) % 11
    right = [check for check in "0123456789" if is_valid(read_uln, digits + check)]

    assert right == ([] if remainder == 0 else [str(10 - remainder)])


@given(st.text("0123456789", min_size=10, max_size=10))
def test_no_number_is_both_a_uln_and_an_nhs_number(number):
    assert not (is_valid(read_uln, number) and is_valid(read_nhs_number, number))


@pytest.mark.parametrize("number", ["9434765870", "9990000018"])
def test_an_nhs_number_is_read_and_shown_in_threes_and_four(number):
    nhs_number = read_nhs_number(f"{number[:3]}-{number[3:6]}-{number[6:]}")

    assert nhs_number.value == number
    assert str(nhs_number) == f"{number[:3]} {number[3:6]} {number[6:]}"


@given(nine_digits)
def test_an_nhs_number_whose_check_would_be_ten_does_not_exist(digits):
    check = 11 - sum(weight * int(character) for weight, character in zip(range(10, 1, -1), digits, strict=True)) % 11
    right = [last for last in "0123456789" if is_valid(read_nhs_number, digits + last)]

    assert right == ([] if check == 10 or len(set(digits + str(check % 11))) == 1 else [str(check % 11)])


@given(st.text("0123456789", min_size=10, max_size=10).filter(lambda number: len(set(number)) > 1))
def test_another_implementation_agrees_about_nhs_numbers(number):
    assert is_valid(read_nhs_number, number) == stdnum_nhs.is_valid(number)


@given(upn_bodies)
def test_another_implementation_agrees_about_the_check_letter_of_a_upn(body):
    assert upn_letter(body) == stdnum_upn.calc_check_digit(body)


@pytest.mark.parametrize("character", "0123456789")
def test_ten_of_one_digit_is_a_filler(character):
    assert "one digit ten times over" in fault(read_nhs_number, character * 10)


@given(nine_digits, st.integers(0, 9), digit, st.booleans())
def test_one_wrong_digit_or_two_swapped_are_caught(digits, place, wrong, swap):
    for read in (read_uln, read_nhs_number):
        number = next((digits + last for last in "0123456789" if is_valid(read, digits + last)), None)
        if number is None:
            continue
        mistyped = swapped(number, min(place, 8)) if swap else replaced(number, place, wrong)
        assert mistyped == number or not is_valid(read, mistyped)


def test_the_index_alphabet_is_prime_and_has_no_character_mistaken_for_another():
    assert len(INDEX_ALPHABET) == len(set(INDEX_ALPHABET)) == 31
    assert not set(INDEX_ALPHABET) & set("01ILO")


def test_a_new_index_number_cannot_be_guessed_but_a_seeded_one_comes_again():
    drawn = {new_index_number().value for _ in range(200)}

    assert len(drawn) == 200
    assert new_index_number(Random(7)) == new_index_number(Random(7)) != new_index_number(Random(8))
    assert all(read_index_number(value).value == value for value in drawn)


@given(index_bodies)
def test_an_index_number_is_read_however_it_is_typed(body):
    characters = body + index_check(body)
    shown = f"CI-{body[:4]}-{body[4:]}-{characters[8]}"

    for typed in (
        shown,
        shown.lower(),
        characters,
        f"ci {body[:4]} {body[4:]} {characters[8]}",
        shown[3:],
        f"CI{characters}",
    ):
        assert str(read_index_number(typed)) == shown


@given(index_bodies, st.integers(0, 8), st.sampled_from(INDEX_ALPHABET))
def test_every_single_mistake_in_an_index_number_is_caught(body, place, wrong):
    characters = body + index_check(body)
    assume(wrong != characters[place])

    assert not is_valid(read_index_number, replaced(characters, place, wrong))


@given(index_bodies, st.integers(0, 7))
def test_two_characters_of_an_index_number_that_changed_places_are_caught(body, place):
    characters = body + index_check(body)
    assume(characters[place] != characters[place + 1])

    assert not is_valid(read_index_number, swapped(characters, place))


def test_an_index_number_has_no_noughts_or_ones():
    assert "0 is never used in one" in fault(read_index_number, "CI-4F7K-29Q0-5")


def test_school_numbers_are_read():
    assert read_urn(" 999001 ").number == 999001
    assert "has 5 digits and should have 6" in fault(read_urn, "99900")
    assert "does not begin with 0" in fault(read_urn, "099001")
    for typed in ("330/2031", "3302031", "330 2031", "330-2031"):
        assert read_laestab(typed).value == "330/2031"
    assert "like 330/2031" in fault(read_laestab, "33/2031")


def test_practice_codes_are_read_and_three_of_them_name_no_practice():
    assert read_practice_code(" m85999 ").value == "M85999"
    assert read_practice_code("M85999").stands_for == ""
    assert read_practice_code("V81998").stands_for == "not applicable"
    assert "a letter and five digits" in fault(read_practice_code, "85999")


@pytest.mark.parametrize(
    ("text", "uprn"), [("100070000001", 100070000001), ("000123", 123), ("100070000001.0", 100070000001)]
)
def test_a_uprn_is_read_as_spreadsheets_leave_it(text, uprn):
    assert read_uprn(text).number == uprn


@pytest.mark.parametrize("text", ["", "0", "-1.0x", "1234567890123", "UPRN1", "1.5"])
def test_what_is_not_a_uprn_is_refused(text):
    assert "up to 12 digits" in fault(read_uprn, text)


@pytest.mark.parametrize(
    "postcode", ["B33 8TH", "CR2 6XH", "DN55 1PT", "M1 1AA", "W1A 0AX", "EC1A 1BB", "GIR 0AA", "BX1 1LT"]
)
def test_a_postcode_of_every_shape_is_read(postcode):
    for typed in (postcode, postcode.lower(), postcode.replace(" ", ""), postcode.replace(" ", "   ")):
        assert str(read_postcode(typed)) == postcode


@pytest.mark.parametrize(
    "text", ["", "B1 1CA", "QB1 1AA", "B1", "B1 1A", "BI1 1AA", "B1A1 1AA", "GIR 0AB", "GIR 1AA", "V1 1AA", "BJ1 1AA"]
)
def test_what_is_no_postcode_is_refused(text):
    assert "should look like B4 7DA" in fault(read_postcode, text)


def test_a_postcode_falls_into_parts():
    postcode = read_postcode("b338th")

    assert (postcode.value, postcode.outward, postcode.sector, postcode.area) == ("B338TH", "B33", "B33 8", "B")
    assert postcode.is_geographic
    assert not read_postcode("BX1 1LT").is_geographic


def test_a_letter_where_a_digit_must_stand_is_put_right():
    assert str(read_postcode("W1A OAX")) == "W1A 0AX"
    assert str(read_postcode("M1 IAA")) == "M1 1AA"


@pytest.mark.parametrize(
    ("typed", "part"), [("b33", "B33"), ("b33 8", "B33 8"), ("b33  8t", "B33 8T"), ("B11", "B11"), ("B1 1", "B1 1")]
)
def test_part_of_a_postcode_is_read(typed, part):
    assert read_part_postcode(typed).value == part


@pytest.mark.parametrize("text", ["", "B", "33", "B338", "B33 8TH", "QB1"])
def test_what_is_not_part_of_a_postcode_is_refused(text):
    assert "not part of a postcode" in fault(read_part_postcode, text)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0121 496 0000", "0121 496 0000"),
        ("01214960000", "0121 496 0000"),
        ("(0121) 4960000", "0121 496 0000"),
        ("+44 121 496 0000", "0121 496 0000"),
        ("+44 (0)121 496 0000", "0121 496 0000"),
        ("0044 121 496 0000", "0121 496 0000"),
        ("1214960000", "0121 496 0000"),
        ("020 7946 0000", "020 7946 0000"),
        ("07700 900123", "07700 900123"),
        ("01632 960001", "01632 960001"),
        ("0121 496 0000 ext. 12", "0121 496 0000 extension 12"),
        ("+353 20 912 0000", "+353209120000"),
    ],
)
def test_a_telephone_number_is_told_from_the_ways_of_writing_it(typed, shown):
    assert str(read_telephone(typed)) == shown


@pytest.mark.parametrize("text", ["", "none", "0121 496", "0121 496 0000 or 0001", "999", "00000000000"])
def test_what_is_no_telephone_number_is_refused(text):
    assert "like 0121 496 0000" in fault(read_telephone, text)


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("h330203126001", [("upn", "H330203126001")]),
        ("G33020312601A", [("temporary_upn", "G33020312601A")]),
        ("943 476 5870", [("nhs_number", "9434765870")]),
        ("3304001122", [("uln", "3304001122")]),
        ("CI-4F7K-29QX-5", [("index_number", "CI-4F7K-29QX-5")]),
        ("4f7k29qx5", [("index_number", "CI-4F7K-29QX-5")]),
        ("999001", [("urn", "999001")]),
        ("3302031", [("laestab", "330/2031")]),
        ("m85999", [("practice", "M85999")]),
        ("b47da", [("postcode", "B47DA")]),
        ("B4", [("postcode_part", "B4")]),
        ("B33 8", [("postcode_part", "B33 8")]),
        ("khan", []),
        ("330 2031", [("laestab", "330/2031")]),
        ("3 10 2016", []),
        ("12/3/2015", []),
        ("12 10 16", []),
        ("2016-10-03", []),
        ("", []),
    ],
)
def test_a_thing_typed_is_recognised(typed, kinds):
    assert recognise(typed) == kinds


@given(st.text("ABCDEFGHJKMNPQRSTUVWXYZ", min_size=8, max_size=8))
def test_a_surname_is_never_taken_for_an_index_number(letters):
    word = letters + index_check(letters)
    assume(word.isalpha())

    assert recognise(word) == []
    assert recognise(f"CI-{word}") == [("index_number", read_index_number(word).value)]


@given(st.text(max_size=40))
def test_anything_may_be_typed(text):
    assert len(recognise(text)) <= 3
    assert all(sentence.endswith(".") for sentence in nearly(text))


def test_what_nearly_is_a_number_says_so():
    assert nearly("H330203126002") == [fault(read_upn, "H330203126002")]
    assert nearly("9434765871") == ["9434765871 is neither a valid NHS number nor a valid ULN. Check each digit."]
    assert nearly("CI-4F7K-29QX-6") == [fault(read_index_number, "CI-4F7K-29QX-6")]
    assert nearly("Khan") == nearly("H330203126001") == []
