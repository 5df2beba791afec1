"""What holds for every merge: it can be taken back whole, and the order of several makes no difference."""

from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from childindex.models import Source
from registry import indexing, recording
from registry.indexing.writing import stored
from registry.merging import Side, merge, rehearse, rehearse_unmerging, unmerge
from registry.merging import own as own_row
from registry.merging.images import values_of
from registry.merging.rehearsing import fact_models
from registry.models import Child
from registry.models.facts import kind_of
from tests.factories import said_by
from tests.registry.merging.everything import everything_of, facts_of
from tests.registry.merging.invented import furnish, happenings, make_record, own_of, records, say

pytestmark = pytest.mark.django_db
# An example takes a tenth of a second, so that the search for a smaller one would take minutes: it is left out.
many = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def furnished(db):
    furnish()


@contextmanager
def taken_back():
    """Whatever is written inside is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def chosen(survivor, superseded, by):
    """An answer to every question that must be answered, by what is said and not by whose it is."""
    found = {}
    for question in rehearse(survivor, superseded, by=by).questions:
        if question.key in own_row.PARTS:
            sides = {Side.SURVIVOR: survivor, Side.SUPERSEDED: superseded}
            found[question.key] = max(sides, key=lambda side: str(own_row.part(sides[side], question.key)))
    return found


def joined(survivor, superseded, by):
    survivor, superseded = (Child.objects.get(pk=child.pk) for child in (survivor, superseded))
    choices = chosen(survivor, superseded, by)
    return merge(survivor=survivor, superseded=superseded, reason="Same passport", by=by, choices=choices)


def the_index_equals_the_facts(*children):
    ids = sorted(child.pk for child in children)
    return stored(ids) == indexing.entries_for(ids)


TWO_STRETCHES = {
    "sex": "M",
    "born": None,
    "pinned": "",
    "facts": [("home", 0, (0, 300), 0, 0, 0), ("home", 0, (400, 100), 1, 1, 3)],
}
ONE_STRETCH = {"sex": "M", "born": None, "pinned": "", "facts": [("home", 0, (0, None), 0, 2, 0)]}


@many
@given(mine=records, theirs=records)
@example(mine=TWO_STRETCHES, theirs=ONE_STRETCH)
def test_merge_then_unmerge_gives_back_everything(furnished, data_officer, mine, theirs):
    with taken_back():
        pair = make_record("A", mine), make_record("B", theirs)
        before = [everything_of(child) for child in pair]

        done = joined(*pair, data_officer)
        merged_index = the_index_equals_the_facts(*pair)
        unmerge(merge=done, reason="Two passports", by=data_officer)

        assert [everything_of(child) for child in pair] == before
        assert merged_index
        assert the_index_equals_the_facts(*pair)


@many
@given(mine=records, theirs=records, since=happenings)
def test_what_happens_between_goes_where_it_belongs(furnished, data_officer, mine, theirs, since):
    with taken_back():
        pair = make_record("A", mine), make_record("B", theirs)
        expected = [rows_of(child) for child in pair]
        known = set(pair[1].source_records.values_list("reference", flat=True))
        done = joined(*pair, data_officer)
        combined = {(kind_of_label(one["model"]), one["after"]["id"]) for one in done.manifest["combined"]}
        said = happen(pair[0], since, expected, combined, known)

        assert rehearse_unmerging(done, by=data_officer).collisions == ()
        unmerge(merge=done, reason="Two passports", by=data_officer)

        for child, rows, repeated in zip(pair, expected, said, strict=True):
            now = rows_of(child)
            assert {key: now.get(key) for key in rows} == rows
            assert all(values in repeated for key, values in now.items() if key not in rows)
        assert the_index_equals_the_facts(*pair)


def rows_of(child):
    """Every fact of a record by kind and id."""
    return {
        (kind_of(row), row.pk): values_of(row) for model in fact_models() for row in model.objects.filter(child=child)
    }


def kind_of_label(label):
    return label.partition(".")[2]


def happen(child, since, expected, combined, known):
    """Let things happen to the survivor, and keep up what each record is expected to have.

    `known` are the references that the superseded record was known by: one that is new since is the survivor's.
    The answer is what the sources of each have repeated of facts that may be the other's.
    """
    said, before = ([], []), set().union(*expected)
    for doing, letter, spec, which in since:
        reference = f"{letter}{spec[4] if doing == 'assert' else 0}"
        side = int(reference in known)
        if doing == "assert":
            held = say(child, letter, spec)
            if held is not None:
                note_said(held, side, expected, said, combined | before)
            continue
        rows = sorted(rows_of(child))
        if not rows:
            continue
        kind, pk = rows[which % len(rows)]
        model = next(model for model in fact_models() if kind_of(model) == kind)
        row = model.objects.get(pk=pk)
        if doing == "confirm":
            with said_by(Source.objects.get(code="source-0")):
                recording.confirm(row, reference=reference)
            note_said(row, side, expected, said, combined | before)
        elif (kind, pk) not in combined:
            edit(doing, row, expected, said)
    return said


def note_said(row, side, expected, said, known):
    """A row made since is whose source said it; the survivor's, and copied, once the sources of both have."""
    key = kind_of(row), row.pk
    if key not in known:
        if side == 0:
            expected[1].pop(key, None)
        if key not in expected[0]:
            expected[side][key] = values_of(row)
    said[side].append(values_of(row))


def edit(doing, row, expected, said):
    """Correct, end or withdraw a row, in a way that does not go against what is there."""
    key, was = (kind_of(row), row.pk), values_of(row)
    owners = [rows for rows in expected if key in rows]
    if doing == "withdraw" and key in expected[1]:
        return
    try:
        with transaction.atomic(), said_by():
            if doing == "withdraw":
                recording.withdraw(row)
            elif doing == "end":
                recording.end(row, on=(row.from_date or recording.timezone.localdate()))
            else:
                recording.correct(row, from_date=None)
    except (IntegrityError, ValidationError, recording.CannotRecord):
        return
    for rows in owners:
        rows.pop(key) if doing == "withdraw" else rows.update({key: values_of(row)})
    for repeated in said:
        repeated += [values_of(row)] if was in repeated else []


@many
@given(specs=st.tuples(records, records, records), turns=st.tuples(*[st.booleans()] * 6))
def test_three_records_merged_in_any_order_leave_the_same(furnished, data_officer, specs, turns):
    with taken_back():
        three = [make_record(letter, spec) for letter, spec in zip("ABC", specs, strict=True)]
        outcomes = []
        for place in range(3):
            with taken_back():
                first, second, last = three[place], three[(place + 1) % 3], three[(place + 2) % 3]
                kept, gone = (first, second) if turns[place] else (second, first)
                joined(kept, gone, data_officer)
                kept, gone = (kept, last) if turns[place + 3] else (last, kept)
                joined(kept, gone, data_officer)
                outcomes.append((facts_of(kept), own_of(kept)))
                assert the_index_equals_the_facts(*three)

        assert outcomes[0] == outcomes[1] == outcomes[2]


@many
@given(mine=records, theirs=records, since=happenings, answers=st.lists(st.integers(0, 2), min_size=1, max_size=4))
def test_whatever_is_edited_and_answered_two_sound_records_come_of_it(
    furnished, data_officer, mine, theirs, since, answers
):
    with taken_back():
        pair = make_record("A", mine), make_record("B", theirs)
        done = joined(*pair, data_officer)
        happen(pair[0], since, ({}, {}), combined=set(), known=set())
        untouched = rows_of(pair[0])
        asked = rehearse_unmerging(done, by=data_officer).collisions
        answered = {
            one.key: one.options[answers[place % len(answers)] % len(one.options)] for place, one in enumerate(asked)
        }

        unmerge(merge=done, reason="Two passports", by=data_officer, choices=answered)

        gone = {(kind_of_label(one["model"]), one["after"]["id"]) for one in done.manifest["combined"]}
        assert untouched.keys() - gone <= rows_of(pair[0]).keys() | rows_of(pair[1]).keys()
        assert the_index_equals_the_facts(*pair)
