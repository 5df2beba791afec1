"""The record's sentences: where a child is, how that is known, who said so last, and how sure it is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.disclosure import AddressView, FactView, PlaceView, RecordView
from registry.whereabouts import LIMITS, freshness, sentences

TODAY = date(2026, 11, 23)
CONFIRMED = date(2026, 10, 3)
HOLLYFIELD = PlaceView(id=1, name="Hollyfield Primary", code="999001")
FLAT = AddressView(
    id=1,
    lines=("Flat 2", "14 Example Road", "B4 7DA"),
    postcode="B4 7DA",
    ward="",
    is_institution=False,
    kind_words="Household",
)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)


def fact(kind, text, *, slot=None, source="Hollyfield Primary", source_kind="school", confirmed=CONFIRMED, **more):
    return FactView(
        kind=kind,
        id=more.pop("id", 1),
        label=more.pop("label", ""),
        text=text,
        values=more.pop("values", {}),
        from_date=more.pop("from_date", None),
        to_date=more.pop("to_date", None),
        slot=slot,
        leads=more.pop("leads", slot is not None),
        source_name=source,
        source_kind=source_kind,
        confirmed_on=confirmed,
        confirmed_by=source,
        confirmed_by_kind=source_kind,
        **more,
    )


def named(forename="Amina", surname="Khan", **more):
    values = {"forename": forename, "middle_names": "", "surname": surname}
    return fact("name", f"{forename} {surname}".strip(), slot="registered_name", values=values, **more)


def living(standing="lives_here", address=FLAT, **more):
    text = address.text if address else standing
    return fact("residence", text, slot="home", values={"standing": standing}, address=address, **more)


def mother(lives_with="yes", name="Farah Khan", **more):
    return fact("care", f"{name} (mother)", values={"lives_with": lives_with}, **more)


def on_roll(year_group="5", *, slot="school", **more):
    values = {"year_group": year_group}
    started = more.pop("from_date", date(2022, 9, 7))
    return fact(
        "enrolment",
        more.pop("text", HOLLYFIELD.name),
        slot=slot,
        values=values,
        from_date=started,
        school=more.pop("school", HOLLYFIELD),
        **more,
    )


def registered(**more):
    return fact("registration", "Example Health Centre", slot="practice", **more)


def a_record(**changes):
    whole = RecordView(
        child_id=1,
        index_number="CI-4F7K-29QX-5",
        revision=1,
        name="Amina Khan",
        sex="F",
        sex_words="Girl",
        date_of_birth=date(2017, 2, 28),
        date_of_birth_standing="known",
        other_date_of_birth=None,
        evidence="",
        date_of_death=None,
        age=9,
        state="live",
        state_words="Live",
        shielded=False,
        superseded_by=None,
        names=(named(),),
        residences=(living(),),
        cares=(mother(),),
        enrolments=(on_roll(),),
        registrations=(registered(),),
    )
    return replace(whole, **changes)


def told(about, view, **when):
    return next(sentence for sentence in sentences(view, **when) if sentence.about == about)


def texts(view, **when):
    return [sentence.text for sentence in sentences(view, **when)]


class TestAnOrdinaryChild:
    def test_lives_somewhere_with_somebody_as_somebody_confirmed(self):
        home = told("home", a_record())

        assert home.text == "Amina lives at Flat 2, 14 Example Road, B4 7DA, with Farah Khan (mother)."
        assert home.how == "Hollyfield Primary confirmed this on 3 October 2026, 51 days ago."
        assert (home.mark, home.word) == ("fresh", "Fresh")

    def test_is_in_a_year_at_a_school(self):
        school = told("school", a_record())

        assert school.text == "She is in Year 5 at Hollyfield Primary, on roll since 7 September 2022."
        assert school.how == "The school confirmed this on 3 October 2026, 51 days ago."

    def test_has_a_practice_from_a_list_long_unconfirmed(self):
        old = registered(source="Practice list", source_kind="practice", confirmed=date(2025, 3, 4))
        practice = told("practice", a_record(registrations=(old,)))

        assert practice.text == "Her GP practice is Example Health Centre."
        assert practice.how == "From the practice list of March 2025. Not confirmed for 20 months."
        assert practice.mark == "stale"

    def test_is_answered_for_in_this_order(self):
        assert [sentence.about for sentence in sentences(a_record())] == ["home", "school", "practice"]


class TestFreshness:
    @pytest.mark.parametrize(("kind", "source_kind"), LIMITS)
    def test_ends_the_day_after_its_limit(self, kind, source_kind):
        limits = LIMITS[kind, source_kind]

        def mark(days):
            confirmed = TODAY - timedelta(days=days)
            found = fact(kind, "x", source_kind=source_kind or "admissions", confirmed=confirmed)
            return freshness(found, on=TODAY).mark

        assert [mark(limits.fresh), mark(limits.fresh + 1)] == ["fresh", "ageing"]
        assert [mark(limits.ageing), mark(limits.ageing + 1)] == ["ageing", "stale"]

    def test_depends_on_who_confirmed(self):
        school, former = living(), living(source_kind="old_system")

        assert freshness(school, on=TODAY).mark == "fresh"
        assert freshness(former, on=TODAY).mark == "ageing"

    def test_of_what_nobody_confirmed_is_stale_and_says_so(self):
        home = told("home", a_record(residences=(living(confirmed=None),)))

        assert (home.mark, home.how) == ("stale", "Hollyfield Primary said so. No source has confirmed it.")

    def test_gives_its_reason(self):
        assert "about once a term" in freshness(living(), on=TODAY).why

    def test_is_no_question_of_a_number_or_of_what_has_ended(self):
        assert freshness(fact("identifier", "H330203126001"), on=TODAY) is None
        assert freshness(living(to_date=date(2026, 1, 1)), on=TODAY) is None

    def test_counts_from_the_day_looked_back_to(self):
        home = told("home", a_record(), on=date(2026, 10, 5))

        assert home.how == "Hollyfield Primary confirmed this on 3 October 2026, 2 days before."


class TestStatedAbsences:
    @pytest.mark.parametrize(
        ("standing", "words"),
        [
            ("no_known_address", "Amina has no known address."),
            ("no_fixed_abode", "Amina has no fixed abode."),
            ("left_will_return", "Amina has left England and intends to return within 3 years."),
            ("left_will_not_return", "Amina has left England and does not intend to return within 3 years."),
            (
                "left_intention_unknown",
                "Amina has left England. Whether she intends to return is not known.",
            ),
        ],
    )
    def test_are_said_as_what_they_are(self, standing, words):
        home = told("home", a_record(residences=(living(standing, None),)))

        assert home.text == words
        assert home.how.startswith("Hollyfield Primary confirmed this")

    def test_an_address_last_known_is_not_where_the_child_lives(self):
        home = told("home", a_record(residences=(living("last_known"),)))

        assert home.text.startswith("Where Amina lives is not known. Her last known address is Flat 2")
        assert home.mark == "unknown"

    def test_no_known_address_is_unknown_however_lately_it_was_said(self):
        assert told("home", a_record(residences=(living("no_known_address", None),))).mark == "unknown"

    def test_nothing_recorded_is_another_thing_and_unknown(self):
        home = told("home", a_record(residences=()))

        assert (home.text, home.mark) == ("No address is recorded for Amina.", "unknown")

    def test_carers_are_named_apart_where_the_home_does_not_name_them(self):
        view = a_record(residences=(living("no_fixed_abode", None),))

        assert told("carer", view).text == "Her carer is Farah Khan (mother)."


class TestHomesOfOtherKinds:
    def test_an_institution_is_called_what_it_is(self):
        hotel = replace(FLAT, is_institution=True, kind_words="Hotel or hostel")
        home = told("home", a_record(residences=(living(address=hotel),), cares=()))

        assert home.text == "Amina lives at Flat 2, 14 Example Road, B4 7DA (hotel or hostel)."

    def test_a_second_home_is_added(self):
        second = fact("residence", "9 Sample Street", values={"standing": "second_home"}, address=FLAT)

        assert "She has a second home at 9 Sample Street." in texts(a_record(residences=(living(), second)))

    def test_carers_who_ended_are_not_named(self):
        ended = mother(name="Old Carer", to_date=date(2020, 1, 1))

        assert "Old Carer" not in " ".join(texts(a_record(cares=(mother(), ended))))

    def test_no_carer_is_said(self):
        assert "No carer is recorded for Amina." in texts(a_record(cares=()))


class TestContested:
    def test_a_surname_names_both_and_who_said_them(self):
        other = named(surname="Khan-Begum", leads=False, source="health visiting", source_kind="health", contested=True)
        view = a_record(names=(named(contested=True), other))
        contest = told("contested_registered_name", view)

        assert contest.text == ("Two sources disagree about her surname: Khan (school), Khan-Begum (health visiting).")
        assert (contest.mark, contest.word) == ("contested", "Decide")

    def test_names_that_differ_throughout_are_given_whole(self):
        other = named("Minnie", "Begum", leads=False, source="family", source_kind="family", contested=True)
        contest = told("contested_registered_name", a_record(names=(named(contested=True), other)))

        assert contest.text == "Two sources disagree about her name: Amina Khan (school), Minnie Begum (family)."

    def test_a_home_is_shown_and_marked_and_told(self):
        there = replace(FLAT, id=2, lines=("9 Sample Street",))
        rival = living(address=there, leads=False, contested=True, source="Admissions", source_kind="admissions")
        view = a_record(residences=(living(contested=True), rival))

        assert told("home", view).mark == "contested"
        assert told("contested_home", view).text == (
            "Two sources disagree about where she lives:"
            " Flat 2, 14 Example Road, B4 7DA (school), 9 Sample Street (Admissions)."
        )

    def test_two_schools_go_by_their_names(self):
        rival = on_roll(text="Oakfield", leads=False, contested=True, source="Oakfield")
        view = a_record(enrolments=(on_roll(contested=True), rival))

        assert told("contested_school", view).text == (
            "Two sources disagree about her school: Hollyfield Primary (Hollyfield Primary), Oakfield (Oakfield)."
        )

    def test_one_source_may_contradict_itself(self):
        rival = named(surname="Begum", leads=False, contested=True)

        contest = told("contested_registered_name", a_record(names=(named(contested=True), rival)))

        assert contest.text.startswith("Two entries from Hollyfield Primary disagree about her surname")

    def test_a_disputed_date_of_birth_gives_both(self):
        view = a_record(date_of_birth_standing="disputed", other_date_of_birth=date(2017, 3, 28), evidence="Passport")
        contest = told("contested_birth", view)

        assert contest.text == "Her date of birth is disputed: 28 February 2017 or 28 March 2017."
        assert contest.how == "Evidence seen: Passport."


class TestSchooling:
    def test_reception_and_nursery_are_no_year_numbers(self):
        assert told("school", a_record(enrolments=(on_roll("R"),))).text.startswith("She is in Reception at")
        assert told("school", a_record(enrolments=(on_roll(""),))).text.startswith("She is at Hollyfield Primary")

    def test_a_child_below_school_age_needs_no_school(self):
        school = told("school", a_record(date_of_birth=date(2023, 4, 1), enrolments=()))

        assert school.text == "She is below compulsory school age, which begins on 31 August 2028."
        assert school.mark == ""

    def test_no_school_at_school_age_is_unknown_and_says_the_last(self):
        left = on_roll(slot=None, to_date=date(2026, 7, 20))
        school = told("school", a_record(enrolments=(left,)))

        assert school.text == "No school is recorded for her, and she is of compulsory school age."
        assert school.how == "Last on roll at Hollyfield Primary, until 20 July 2026."
        assert school.mark == "unknown"

    def test_over_school_age_it_is_nothing_to_mark(self):
        school = told("school", a_record(date_of_birth=date(2009, 1, 1), enrolments=()))

        assert school.text == "She is over compulsory school age, and no school is recorded for her."
        assert school.mark == ""

    def test_without_a_date_of_birth_that_is_said(self):
        school = told("school", a_record(date_of_birth=None, date_of_birth_standing="missing", enrolments=()))

        assert school.text == "No school is recorded for her, and her date of birth is missing."

    def test_home_education_stands_in_for_a_school(self):
        at_home = fact(
            "educationarrangement",
            "Educated at home",
            values={"kind": "home_education", "detail": ""},
            from_date=date(2026, 9, 1),
        )
        view = a_record(enrolments=(), arrangements=(at_home,))

        assert told("arrangement", view).text == "She is educated at home, since 1 September 2026."
        assert "school" not in {sentence.about for sentence in sentences(view)}

    def test_a_second_roll_and_a_school_to_come_are_told(self):
        second = on_roll(slot=None, text="Beacon PRU", label="Subsidiary of two registrations")
        coming = on_roll(slot=None, text="Oakfield", from_date=date(2027, 1, 5))
        view = a_record(enrolments=(on_roll(), second, coming))

        assert "She is also registered at Beacon PRU (subsidiary of two registrations)." in texts(view)
        assert "She is to join Oakfield on 5 January 2027." in texts(view)


class TestNotAnOrdinaryRecord:
    def test_behind_a_shield_the_address_is_withheld_and_carers_are_named(self):
        hidden = replace(
            a_record(),
            shielded=True,
            withheld=frozenset({"address", "school", "practice"}),
            residences=(),
            enrolments=(),
            registrations=(),
            names=(replace(named(), values={}, source_name="", confirmed_on=None),),
            cares=(replace(mother(), values={}, source_name="", confirmed_on=None),),
        )

        assert texts(hidden) == [
            "Address withheld. Ask the index team to make contact.",
            "Her carer is Farah Khan (mother).",
            "School withheld. Ask the index team to make contact.",
            "GP practice withheld. Ask the index team to make contact.",
        ]
        assert {sentence.how for sentence in sentences(hidden)} == {""}

    def test_a_superseded_record_points_to_the_one_that_stands(self):
        assert texts(a_record(superseded_by="CI-7777-7777-7")) == [
            "This record has been superseded. The record of Amina is CI-7777-7777-7."
        ]

    def test_of_a_child_who_died_only_what_was_last_is_told(self):
        found = sentences(a_record(date_of_death=date(2026, 5, 3)))

        assert [sentence.text for sentence in found] == [
            "Amina died on 3 May 2026.",
            "Her last recorded address was Flat 2, 14 Example Road, B4 7DA.",
            "She was last on the roll of Hollyfield Primary.",
        ]
        assert {sentence.mark for sentence in found} == {""}

    def test_a_day_before_the_death_is_told_as_any_other(self):
        view = a_record(date_of_death=date(2026, 11, 20))

        assert texts(view, on=date(2026, 11, 19))[0].startswith("Amina lives at")

    def test_a_child_who_moved_away_is_said_to_have(self):
        found = texts(a_record(state="moved_away", enrolments=()))

        assert found[0] == "Amina has moved away from the area."
        assert "No school is recorded for her." in found


class TestPronouns:
    @pytest.mark.parametrize("sex", ["U", "X"])
    def test_where_the_sex_is_not_known_or_not_specified_it_is_they(self, sex):
        found = texts(a_record(sex=sex))

        assert found[1].startswith("They are in Year 5")
        assert found[2] == "Their GP practice is Example Health Centre."

    def test_boys_are_he(self):
        assert texts(a_record(sex="M"))[1].startswith("He is in Year 5")

    def test_a_baby_not_yet_named_goes_by_the_surname(self):
        baby = a_record(name="Khan", names=(named("", "Khan"),))

        assert texts(baby)[0].startswith("Khan lives at")
