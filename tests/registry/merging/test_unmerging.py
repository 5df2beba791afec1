"""Taking two records apart: what goes back, what stays, what is copied, and what is asked."""

from datetime import date, timedelta

import pytest

from childindex.models import Act
from registry import indexing, recording
from registry.disclosure import Context, record
from registry.indexing.writing import stored
from registry.merging import CannotMerge, CannotUnmerge, merge, rehearse_unmerging, unmerge
from registry.models import (
    Child,
    Decision,
    Enrolment,
    Merge,
    Name,
    Pin,
    Registration,
    Residence,
    Shield,
    SourceRecord,
    Verdict,
)
from registry.models.facts import kind_of
from registry.recording import SavedMeanwhile
from registry.undoing import CannotUndo, undo
from tests.factories import (
    TODAY,
    make_address,
    make_carer,
    make_child,
    make_practice,
    make_school,
    make_source,
    said_by,
    shield,
)
from tests.registry.merging.everything import everything_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def join(data_officer):
    def merged(survivor, superseded, by=data_officer, **options):
        return merge(survivor=survivor, superseded=superseded, reason="Same passport", by=by, **options)

    return merged


@pytest.fixture
def part(data_officer):
    def parted(done, by=data_officer, reason="Two passports", **options):
        return unmerge(merge=done, reason=reason, by=by, **options)

    return parted


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def pair(school):
    """Two records at one school, known to it by two references; one home, and each has something of its own."""
    home, source = make_address(), make_source("hollyfield", name="Hollyfield")
    kept = make_child("Amina", address=home, practice=make_practice())
    gone = make_child("Aminah", address=home, carer=make_carer())
    for child, reference in ((kept, "A1"), (gone, "A2")):
        with said_by(source):
            recording.assert_fact(
                Enrolment(child=child, school=school, from_date=date(2021, 9, 1)), reference=reference
            )
    return kept, gone


def add(fact, *, source=None, reference=""):
    with said_by(source):
        return recording.assert_fact(fact, reference=reference)


def hollyfield():
    return SourceRecord.objects.get(reference="A1").source


class TestWithoutEdits:
    def test_both_records_are_what_they_were(self, pair, join, part):
        before = [everything_of(child) for child in pair]

        part(join(*pair))

        assert [everything_of(child) for child in pair] == before

    def test_rows_that_became_one_are_two_again_under_their_own_ids(self, pair, join, part):
        kept, gone = pair
        ids = [child.enrolments.get().pk for child in pair]

        part(join(kept, gone))

        assert [child.enrolments.get().pk for child in pair] == ids

    def test_a_source_confirms_again_only_the_child_it_knows(self, pair, join, part, data_officer):
        kept, gone = pair
        clinic, practice = make_source("clinic", kind="practice", name="The clinic"), kept.registrations.get().practice
        add(Registration(child=gone, practice=practice, from_date=TODAY), source=clinic, reference="C1")

        part(join(kept, gone))

        seen = [record(child, to=Context(data_officer)).registrations[0].confirmed_by for child in pair]
        assert seen[1] == "The clinic" != seen[0]

    def test_the_index_equals_the_facts(self, pair, join, part):
        part(join(*pair))

        ids = sorted(child.pk for child in pair)
        assert stored(ids) == indexing.entries_for(ids)
        assert [entry.child_id for entry in stored(ids)] == ids

    def test_pins_are_what_they_were(self, pair, join, part):
        kept, gone = pair
        with said_by():
            for child in pair:
                Pin.objects.create(child=child, slot="home", fact_id=child.residences.get().pk, reason="Seen")
        before = list(Pin.objects.order_by("pk").values())

        part(join(kept, gone, choices={"slot.registered_name": str(gone.names.get().pk)}))

        assert list(Pin.objects.order_by("pk").values()) == before

    def test_it_is_one_act_that_undoes_the_merges_and_is_remembered(self, pair, join, part, data_officer):
        done = join(*pair)
        acts = Act.objects.count()

        part(done, reason="Two passports")

        parted = Merge.objects.get().undone_by
        assert Act.objects.count() == acts + 1
        assert (parted.reason_code, parted.undoes, parted.by) == ("unmerged", done.act, data_officer)
        assert Decision.objects.latest("pk").verdict == Verdict.NOT_SAME

    def test_taking_apart_twice_writes_nothing(self, pair, join, part):
        done = part(join(*pair))
        acts = Act.objects.count()

        assert part(done) == done
        assert Act.objects.count() == acts

    def test_the_two_are_not_merged_again_without_another_decision(self, pair, join, part):
        part(join(*pair))

        with pytest.raises(CannotMerge, match="not the same child: Two passports"):
            join(*pair)


class TestWhatWasMadeSince:
    def test_goes_with_the_source_record_that_confirmed_it(self, pair, join, part):
        kept, gone = pair
        done, home = join(kept, gone), make_address(postcode="B15 2TT")
        moved = add(Residence(child=kept, address=home, from_date=TODAY), source=hollyfield(), reference="A2")

        part(done)

        assert moved in gone.residences.all()
        assert moved not in kept.residences.all()

    def test_stays_where_the_survivors_own_sources_said_it(self, pair, join, part):
        kept, gone = pair
        done = join(kept, gone)
        alias = add(Name(child=kept, kind="alias", forename="Mina"), source=hollyfield(), reference="A1")

        part(done)

        assert alias in kept.names.all()
        assert gone.names.count() == 1

    def test_is_on_both_where_sources_of_both_said_it(self, pair, join, part, data_officer):
        kept, gone = pair
        done = join(kept, gone)
        for reference in ("A1", "A2"):
            add(Name(child=kept, kind="alias", forename="Mina"), source=hollyfield(), reference=reference)

        part(done)

        views = [record(child, to=Context(data_officer)) for child in pair]
        aliases = [next(name for name in view.names if name.text == "Mina") for view in views]
        assert [one.confirmed_by for one in aliases] == ["Hollyfield", "Hollyfield"]

    def test_a_fact_of_one_that_the_others_source_repeated_is_copied(self, pair, join, part):
        kept, gone = pair
        done, mine = join(kept, gone), kept.registrations.get()
        with said_by(hollyfield()):
            recording.confirm(mine, reference="A2")

        part(done)

        assert kept.registrations.get() == mine
        assert gone.registrations.get().practice_id == mine.practice_id

    def test_a_later_confirmation_goes_with_its_source_record(self, pair, join, part, data_officer):
        kept, gone = pair
        done = join(kept, gone)
        with said_by(hollyfield()):
            recording.confirm(kept.enrolments.get(), reference="A2", day=TODAY + timedelta(days=3))

        part(done)

        days = [record(child, to=Context(data_officer)).enrolments[0].confirmed_on for child in pair]
        assert days == [TODAY, TODAY + timedelta(days=3)]

    def test_a_change_to_a_moved_fact_goes_back_with_it(self, pair, join, part):
        kept, gone = pair
        name = gone.names.get()
        done = join(kept, gone)
        with said_by():
            name.refresh_from_db()
            recording.correct(name, forename="Aaminah")

        part(done)

        assert gone.names.get().forename == "Aaminah"
        assert kept.names.get().forename == "Amina"

    def test_a_pin_goes_with_the_fact_it_is_on(self, pair, join, part):
        kept, gone = pair
        name = gone.names.get()
        done = join(kept, gone)
        with said_by():
            Pin.objects.create(child=kept, slot="registered_name", fact_id=name.pk, reason="Passport")

        part(done)

        assert list(Pin.objects.values_list("child", "fact_id")) == [(gone.pk, name.pk)]

    def test_a_shield_covers_both_until_somebody_lifts_one(self, pair, join, part, custodian):
        done = join(*pair)
        shield(pair[0])

        part(done, by=custodian)

        assert {one.child for one in Shield.objects.all()} == set(pair)


class TestWhatIsAsked:
    @pytest.mark.parametrize(
        ("keeper", "classes"),
        [("survivor", ["5B", ""]), ("superseded", ["", "5B"]), ("both", ["5B", "5B"])],
    )
    def test_an_edit_to_rows_that_became_one_goes_where_somebody_says(self, pair, join, part, keeper, classes):
        kept, gone = pair
        done = join(kept, gone)
        with said_by():
            recording.correct(kept.enrolments.get(), class_name="5B")
        key = f"edited.enrolment.{kept.enrolments.get().pk}"

        with pytest.raises(CannotUnmerge, match="Say for each edit"):
            part(done)
        part(done, choices={key: keeper})

        assert [child.enrolments.get().class_name for child in pair] == classes

    def test_only_what_was_edited_is_taken_over(self, pair, join, part, school):
        kept, gone = pair
        with said_by():
            recording.correct(gone.enrolments.get(), from_date=date(2020, 9, 1))
        done = join(kept, gone)
        with said_by():
            recording.end(kept.enrolments.get(), on=date(2026, 7, 20))

        part(done, choices={f"edited.enrolment.{kept.enrolments.get().pk}": "both"})

        spells = [(child.enrolments.get().from_date, child.enrolments.get().to_date) for child in pair]
        assert spells == [(date(2021, 9, 1), date(2026, 7, 20)), (date(2020, 9, 1), date(2026, 7, 20))]

    def test_an_edit_that_would_make_no_sense_of_the_old_days_is_kept_whole(self, pair, join, part):
        kept, gone = pair
        with said_by():
            recording.correct(gone.enrolments.get(), from_date=date(2019, 9, 1))
        done = join(kept, gone)
        with said_by():
            recording.end(kept.enrolments.get(), on=date(2020, 7, 20))

        part(done, choices={f"edited.enrolment.{kept.enrolments.get().pk}": "survivor"})

        assert [(one.from_date, one.to_date) for one in kept.enrolments.all()] == [
            (date(2019, 9, 1), date(2020, 7, 20))
        ]
        assert gone.enrolments.get().is_open

    def test_the_side_whose_source_made_the_edit_is_suggested(self, pair, join, data_officer):
        kept, gone = pair
        done = join(kept, gone)
        with said_by(hollyfield()):
            recording.correct(kept.enrolments.get(), class_name="5B", reference="A2")

        collision = rehearse_unmerging(done, by=data_officer).collisions[0]

        assert collision.suggested == "superseded"

    @pytest.mark.parametrize(("answer", "left"), [("back", 1), ("removed", 0)])
    def test_a_moved_fact_removed_since_is_asked_about(self, pair, join, part, answer, left):
        kept, gone = pair
        done, care = join(kept, gone), kept.cares.get()
        with said_by():
            recording.withdraw(kept.cares.get())

        part(done, choices={f"removed.{kind_of(care)}.{care.pk}": answer})

        assert gone.cares.count() == left

    @pytest.mark.parametrize(
        ("keeper", "died"), [("survivor", [True, False]), ("superseded", [False, True]), ("both", [True, True])]
    )
    def test_an_edit_to_the_childs_own_row_is_asked_about(self, pair, join, part, keeper, died):
        done = join(*pair)
        with said_by():
            Child.objects.filter(pk=pair[0].pk).update(date_of_death=date(2026, 1, 1))

        part(done, choices={"own.death": keeper})

        assert [Child.objects.get(pk=child.pk).date_of_death is not None for child in pair] == died

    def test_a_date_of_birth_taken_from_the_other_goes_back(self, join, part):
        kept, gone = make_child(born=date(2017, 2, 28)), make_child("Aminah", born=date(2017, 3, 28))

        part(join(kept, gone, choices={"birth": "superseded"}))

        births = [Child.objects.get(pk=child.pk).date_of_birth for child in (kept, gone)]
        assert births == [date(2017, 2, 28), date(2017, 3, 28)]


class TestWhatStandsInTheWay:
    def test_a_merge_of_the_survivor_is_taken_apart_first(self, pair, join, part):
        before = [everything_of(child) for child in pair]
        first = join(*pair)
        third = make_child("Amna")
        second = join(third, Child.objects.get(pk=pair[0].pk))

        with pytest.raises(CannotUnmerge, match=f"merged into {third} since"):
            part(first)
        part(second)
        part(first)

        assert [everything_of(child) for child in pair] == before

    def test_a_later_merge_into_the_same_facts_is_taken_apart_first(self, pair, join, part, school):
        before = [everything_of(child) for child in pair]
        third = make_child("Amna", school=school)
        first = join(*pair)
        second = join(pair[0], third)

        with pytest.raises(CannotUnmerge, match="take that apart first"):
            part(first)
        part(second)
        part(first)

        assert [everything_of(child) for child in pair] == before

    def test_another_merge_into_other_facts_does_not(self, pair, join, part):
        third = make_child("Amna")
        first, before = join(*pair), everything_of(pair[1])
        join(pair[0], third)

        part(first)

        assert pair[1].names.count() == 1 != len(before)
        assert {name.forename for name in pair[0].names.all()} == {"Amina", "Amna"}

    def test_nothing_is_taken_apart_that_was_saved_since_the_rehearsal(self, pair, join, part, data_officer):
        done = join(*pair)
        revisions = rehearse_unmerging(done, by=data_officer).revisions
        add(Name(child=pair[0], kind="alias", forename="Mina"))

        with pytest.raises(SavedMeanwhile):
            part(done, revisions=revisions)

        assert Merge.objects.get().undone_by is None

    def test_a_shielded_child_is_for_custodians(self, pair, join, part):
        done = join(*pair)
        shield(pair[0])

        with pytest.raises(CannotUnmerge, match="Only a custodian"):
            part(done)

    def test_neither_deed_is_undone_blindly(self, pair, join, part, data_officer):
        done = join(*pair)
        parted = part(done).undone_by

        for deed in (done.act, parted):
            with pytest.raises(CannotUndo, match="joined two records or took them apart"):
                undo(deed, by=data_officer, reason="A mistake")

    def test_it_needs_a_reason(self, pair, join, part):
        with pytest.raises(CannotUnmerge, match="Say why"):
            part(join(*pair), reason=" ")
