"""Whom an extract has that the index holds already, and which records may be of one child, before anything is written.

A reference that is found in the index joins its child. One that could be a child of the index, but not so surely, is
loaded as a child of its own and listed; the list of duplicates has it from then on. Twins are no duplicates.

It is the open look at the index. What meets a child behind a shield is set aside, whatever else is said of it:
custodians write it by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection

from childindex import words
from childindex.models import Source
from registry.first_load import checking
from registry.first_load.staging import FACTS, run
from registry.intake.meeting import Shielded
from registry.linking.lists import Link, Linked, link
from registry.linking.reading import institutions
from registry.matching.columns import people
from registry.matching.comparing import Pairs
from registry.matching.duplicates import Suspects, learn_within, sweep
from registry.matching.explaining import explain
from registry.matching.known import Held
from registry.matching.linking import Linker, Outcome
from registry.matching.model import Model
from registry.matching.rules import Flag
from registry.models import FirstLoad, FirstLoadSuspect, IndexEntry

AT_ONCE = 2_000
MATCHED = (
    "forename middle_names surname former_surname date_of_birth sex postcode address carer telephone school upn"
    " nhs_number uln"
).split()
# What the matcher compares of each reference: the leading fact of each kind, an open one before one that has ended.
PERSONS = """
    SELECT k.reference, n.forename, n.middle_names, n.surname, coalesce(f.surname, ''), coalesce(k.born::text, ''),
           k.sex,
           coalesce(h.postcode, ''), coalesce(concat_ws(' ', nullif(h.paon, ''), nullif(h.street, '')), ''),
           coalesce(concat_ws(' ', nullif(c.forename, ''), c.surname), ''), coalesce(c.telephone, ''),
           coalesce(e.school_id::text, ''), coalesce(i.upn, ''), coalesce(i.nhs_number, ''), coalesce(i.uln, '')
    FROM load_known k
    LEFT JOIN (SELECT DISTINCT ON (reference) * FROM load_name WHERE state = ''
               ORDER BY reference, kind <> 'registered', to_date DESC NULLS FIRST, id) n USING (reference)
    LEFT JOIN (SELECT DISTINCT ON (reference) reference, surname FROM load_name WHERE state = '' AND kind = 'former'
               ORDER BY reference, id) f USING (reference)
    LEFT JOIN (SELECT DISTINCT ON (reference) * FROM load_residence WHERE state = '' AND place <> ''
               ORDER BY reference, to_date DESC NULLS FIRST, from_date DESC NULLS LAST, id) h USING (reference)
    LEFT JOIN (SELECT DISTINCT ON (reference) * FROM load_care WHERE state = ''
               ORDER BY reference, to_date DESC NULLS FIRST, priority, id) c USING (reference)
    LEFT JOIN (SELECT DISTINCT ON (reference) * FROM load_enrolment WHERE state = '' AND to_date IS NULL
               ORDER BY reference, id) e USING (reference)
    LEFT JOIN (SELECT reference, max(value) FILTER (WHERE kind = 'upn') AS upn,
                      max(value) FILTER (WHERE kind = 'nhs_number') AS nhs_number,
                      max(value) FILTER (WHERE kind = 'uln') AS uln
               FROM load_identifier WHERE state = '' AND to_date IS NULL GROUP BY reference) i USING (reference)
    ORDER BY k.row
"""
Said = Callable[[str], None]


class Extract:
    """The children of an extract as the matcher takes them."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(PERSONS)
            rows = cursor.fetchall()
        self.references: list[str] = [row[0] for row in rows]
        self.columns: dict[str, list[str]] = {
            name: [row[place] or "" for row in rows] for place, name in enumerate(MATCHED, start=1)
        }

    def label(self, row: int) -> str:
        """A child of the extract in words: name and date of birth."""
        name = " ".join(filter(None, (self.columns[name][row] for name in ("forename", "surname"))))
        born = self.columns["date_of_birth"][row]
        return f"{name[:200]}, born {words.day(date.fromisoformat(born))}" if born else name[:200]


def recognise(load: FirstLoad, source: Source, *, say: Said = lambda stage: None) -> None:
    """Say whom the index holds already, and write down which records may be of one child."""
    extract = Extract()
    load.suspects.all().delete()
    if IndexEntry.objects.exists() and extract.references:
        say("Looking for the children whom the index holds")
        _join(load, extract, source)
    say("Looking for children who are in the extract twice")
    FirstLoadSuspect.objects.bulk_create(_within(load, extract), batch_size=AT_ONCE)
    for name in FACTS:
        run(f"UPDATE load_{name} f SET child_id = k.child_id FROM load_known k WHERE k.reference = f.reference")


def _join(load: FirstLoad, extract: Extract, source: Source) -> None:
    linked = link(extract.columns, source=source, references=extract.references)
    received = _received(extract, linked)
    checking.set_aside_received(extract.references[row] for row in received)
    found = [(row, each) for row, each in enumerate(linked) if each.outcome != Outcome.NONE and row not in received]
    joined = _surest(found)
    suspects = [_could_be(load, extract, row, each) for row, each in found if row not in joined]
    FirstLoadSuspect.objects.bulk_create(suspects, batch_size=AT_ONCE)
    rows = [(child_id, extract.references[row]) for row, child_id in joined.items()]
    if rows:
        run(
            "UPDATE load_known k SET child_id = v.child_id, is_new = false"
            " FROM unnest(%s::bigint[], %s::text[]) AS v(child_id, reference) WHERE v.reference = k.reference",
            [list(column) for column in zip(*rows, strict=True)],
        )


def _received(extract: Extract, linked: Linked) -> set[int]:
    """The rows that meet a child behind a shield."""
    shielded, columns = Shielded(), extract.columns
    naming = ("forename", "middle_names", "surname", "date_of_birth")
    said = ({name: columns[name][row] for name in naming} for row in range(len(linked)))
    return linked.rows_that_could_be(shielded.ids) | {row for row, one in enumerate(said) if shielded.met_by(one)}


def _surest(found: list[tuple[int, Link]]) -> dict[int, int]:
    """The child whom each row joins. Of two rows that would join one child, the surer; both, where both did before."""
    best: dict[int, tuple[float, int]] = {}
    for row, each in found:
        if each.child_id is not None:
            best[each.child_id] = max(best.get(each.child_id, (each.score, -row)), (each.score, -row))
    return {
        row: each.child_id
        for row, each in found
        if each.child_id is not None and (each.held != Held.NOTHING or best[each.child_id][1] == -row)
    }


def _could_be(load: FirstLoad, extract: Extract, row: int, found: Link) -> FirstLoadSuspect:
    best = found.candidates[0]
    return FirstLoadSuspect(
        load=load,
        reference=extract.references[row],
        label=extract.label(row),
        child_id=best.child_id,
        score=best.score,
        reasons=best.reasons,
    )


def _within(load: FirstLoad, extract: Extract) -> Iterator[FirstLoadSuspect]:
    if len(extract.references) < 2:
        return
    index = people([str(place) for place in range(len(extract.references))], extract.columns)
    linker, shared_homes = Linker.of(index), institutions()
    model = learn_within(linker)
    for _, found in sweep(linker, model, shared_homes, least=model.thresholds.possible):
        yield from _suspects(load, extract, linker, found, model, shared_homes)


def _suspects(
    load: FirstLoad, extract: Extract, linker: Linker, found: Suspects, model: Model, homes: frozenset[str]
) -> Iterator[FirstLoadSuspect]:
    explained = explain(Pairs(linker.index, linker.index, found.second, found.first), model, linker.common, homes)
    for place in range(len(found)):
        if found.flags[place] & Flag.TWINS:
            continue
        first, second = int(found.first[place]), int(found.second[place])
        yield FirstLoadSuspect(
            load=load,
            reference=extract.references[first],
            label=extract.label(first),
            other_reference=extract.references[second],
            other_label=extract.label(second),
            score=round(float(found.score[place]), 2),
            reasons=[[part.field, part.level, round(part.bits, 2)] for part in explained[place].parts],
        )


HELD: dict[str, str] = {
    "name": "(h.kind, upper(h.forename), upper(h.middle_names), upper(h.surname))"
    " = (f.kind, upper(f.forename), upper(f.middle_names), upper(f.surname))",
    "identifier": "(h.kind, h.value) = (f.kind, f.value)",
    "residence": "h.standing = f.standing AND h.address_id IS NOT DISTINCT FROM f.address_id"
    " AND (f.place = '' OR f.address_id IS NOT NULL)",
    "care": "h.kind = f.kind AND h.carer_id IN (SELECT c.id FROM registry_carer c WHERE"
    " (upper(c.forename), upper(c.surname)) = (upper(f.forename), upper(f.surname)))",
    "enrolment": "h.school_id = f.school_id",
    "registration": "h.practice_id = f.practice_id",
}
MARK_HELD = """
    UPDATE load_{name} f SET fact_id = h.id, state = 'held' FROM registry_{name} h
    WHERE f.state = '' AND h.child_id = f.child_id AND {same}
      AND daterange(coalesce(h.from_date, h.to_date, 'infinity'), h.to_date, '[]')
          && daterange(coalesce(f.from_date, f.to_date, 'infinity'), f.to_date, '[]')
"""
ANOTHER_BIRTH = """
    INSERT INTO load_problem (row, field, code, sentence)
    SELECT k.row, 'date_of_birth', 'differs',
           'The index has another date of birth for this child. It was left as it is: correct whichever is wrong.'
    FROM load_known k JOIN registry_child c ON c.id = k.child_id WHERE NOT k.is_new AND c.date_of_birth <> k.born
"""


def mark_held() -> None:
    """Say which facts the index holds already of the children it holds: those are confirmed and not written again."""
    for name, same in HELD.items():
        run(MARK_HELD.format(name=name, same=same))
    run(ANOTHER_BIRTH)
