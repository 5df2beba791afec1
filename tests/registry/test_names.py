"""Names made plain: whatever the script, differences of writing go and differences of name stay."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.names import code, fold, forms, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë O’Connor-Bello", "ZOE OCONNOR BELLO"),
        ("Łukasz Ćwik", "lukasz cwik"),
        ("𝓐mira", "Amira"),
        ("Ａｍｉｒａ", "Amira"),
        ("مُحَمَّد", "محمد"),
        ("דָּוִד", "דוד"),
        ("Ελένη", "ΕΛΕΝΗ"),
        ("あきなが\u200b", "あきなか\u3099"),
        ("한울", "한울"),
    ],
)
def test_differences_of_writing_are_none_of_name(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("सीता", "सुता"), ("มานี", "มานะ"), ("かな", "がな"), ("李", "季")])
def test_marks_that_are_letters_of_their_script_tell_names_apart(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("said", ["सीता", "தமிழ்", "မင်း"])
def test_a_word_is_not_broken_at_its_vowels(said):
    assert len(tokens(said)) == 1


@pytest.mark.parametrize("said", ["", " ", "-", "…", "😀", "\0", "\u200b", "¿?", "___"])
def test_what_has_no_letter_is_no_name(said):
    assert (fold(said), tokens(said), forms(said)) == ("", (), ())


@given(st.text(max_size=40))
@example("ℋ")
@example("ŉ")
@example("İ")
@example("Ⅷ™")
def test_whatever_is_written_is_folded_once_for_all(said):
    folded = fold(said)

    assert fold(folded) == folded == folded.strip()
    assert all(isinstance(code(word), str) for word in tokens(said))
