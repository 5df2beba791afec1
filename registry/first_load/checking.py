"""Checking an extract set-wise: who its children are, what belongs to whom, and what cannot be loaded.

Nothing is dropped without a word: a fact that is not loaded has a `state` that says why, and its row a problem.

    1  the children: the first row of each reference; a later one that contradicts it is set aside
    2  what their facts point at: schools, practices, addresses, carers
    3  facts of nobody and of unknown schools
    4  what is said twice; spells of one fact that overlap become one; two current homes
"""

from __future__ import annotations

from collections.abc import Iterable

from registry.disclosure import areas
from registry.first_load.staging import FACTS, run
from registry.models import AT_AN_ADDRESS, Standing
from registry.models.addresses import same_place

SET_ASIDE = "set aside"
PLACE_KEY = "upper(concat_ws(E'\\x1f', postcode, street, paon, saon, locality))"
HAS_PLACE = "(street <> '' OR paon <> '' OR postcode <> '')"

CHILDREN = """
    INSERT INTO load_known (reference, row, sex, born)
    SELECT reference, min(row), coalesce((array_agg(sex ORDER BY row) FILTER (WHERE sex NOT IN ('', 'U')))[1], 'U'),
           (array_agg(born ORDER BY row) FILTER (WHERE born IS NOT NULL))[1]
    FROM load_child GROUP BY reference
"""
# A later row of a reference that has another date of birth or another surname and forename is of somebody else.
CONTRADICTING = """
    CREATE TEMPORARY TABLE load_contradicting ON COMMIT DROP AS
    SELECT c.row, k.row AS first FROM load_child c JOIN load_known k USING (reference)
    JOIN load_child one ON one.row = k.row
    LEFT JOIN load_name n ON n.row = c.row AND n.kind = 'registered'
    LEFT JOIN load_name o ON o.row = k.row AND o.kind = 'registered'
    WHERE c.row <> k.row AND (c.born <> one.born
        OR (n.surname <> '' AND o.surname <> '' AND upper(n.surname) <> upper(o.surname)
            AND upper(n.forename) <> upper(o.forename)))
"""
NAMELESS = """
    DELETE FROM load_known k WHERE NOT EXISTS (SELECT FROM load_name n WHERE n.reference = k.reference
        AND n.row NOT IN (SELECT row FROM load_contradicting))
"""


def check() -> None:
    """Say of every fact whether it can be loaded."""
    _children()
    _point_at()
    _refuse()


def settle() -> None:
    """Once it is known whom the index holds: make one spell of what is said twice of a child over the same days."""
    for name in FACTS:
        _one_spell(name)
    _two_homes()


def _children() -> None:
    run(CHILDREN)
    run(CONTRADICTING)
    _problem(
        "SELECT c.row, 'reference', 'contradicted', format('Row %s is another child of the same reference."
        " Give each child a reference of its own.', r.number)"
        " FROM load_contradicting c JOIN load_row r ON r.id = c.first"
    )
    for name in FACTS:
        run(f"UPDATE load_{name} SET state = %s WHERE row IN (SELECT row FROM load_contradicting)", [SET_ASIDE])
    _problem(
        "SELECT c.row, 'reference', 'twice', format('This reference stood in row %s already.', r.number)"
        " FROM load_child c JOIN load_known k USING (reference) JOIN load_row r ON r.id = k.row"
        " WHERE c.row <> k.row AND c.row NOT IN (SELECT row FROM load_contradicting)"
    )
    nameless = run(NAMELESS)
    if nameless:
        _problem(
            "SELECT c.row, 'surname', 'nameless', 'No table has a name of this child.' FROM load_child c"
            " WHERE NOT EXISTS (SELECT FROM load_known k WHERE k.reference = c.reference)"
        )
    run("ANALYZE load_known")


def _point_at() -> None:
    run("UPDATE load_enrolment e SET school_id = s.id FROM registry_school s WHERE s.urn = e.urn")
    run(
        "UPDATE load_enrolment e SET school_id = s.id FROM ("
        "  SELECT DISTINCT ON (la_code, estab_number) id, la_code, estab_number FROM registry_school"
        "  WHERE estab_number <> ''"
        "  ORDER BY la_code, estab_number, status = 'proposed', status = 'closed', close_date DESC, id) s"
        " WHERE e.school_id IS NULL AND e.urn IS NULL AND s.la_code = e.la_code AND s.estab_number = e.estab"
    )
    run(
        "UPDATE load_registration r SET practice_id = p.id FROM registry_practice p"
        " WHERE p.ods_code = upper(r.ods_code)"
    )
    run(
        f"UPDATE load_residence SET place = CASE WHEN standing = ANY(%s) THEN {PLACE_KEY} ELSE '' END",
        [[str(standing) for standing in AT_AN_ADDRESS]],
    )
    run(f"UPDATE load_care SET place = CASE WHEN {HAS_PLACE} THEN {PLACE_KEY} ELSE '' END, person = {PERSON}")
    for name in ("residence", "care"):
        run(
            f"UPDATE load_{name} l SET address_id = a.id FROM registry_address a"
            f" WHERE l.place <> '' AND {same_place('a', 'l')} AND {areas.OPEN}"
        )
    for name in FACTS:
        run(f"ANALYZE load_{name}")


# One carer where the former system has one reference, or where all that is said of two is the same and can be reached.
PERSON = (
    "CASE WHEN carer <> '' THEN 'r' || carer"
    " WHEN telephone <> '' OR email <> '' THEN upper(concat_ws(E'\\x1f', title, forename, surname, telephone, email))"
    " ELSE upper(concat_ws(E'\\x1f', forename, surname, reference)) END"
)


RECEIVED = "Received. The index team sees to it."


def _refuse() -> None:
    for name in FACTS:
        _set_aside(
            name,
            "NOT EXISTS (SELECT FROM load_known k WHERE k.reference = f.reference)",
            "reference",
            "orphan",
            "'No table of children has the reference ' || f.reference || ', or its row could not be loaded.'",
        )
    _set_aside(
        "enrolment", "f.school_id IS NULL", "urn", "unknown_school",
        "'No school is known by ' || coalesce('the URN ' || f.urn, 'the LAESTAB ' || f.la_code || '/' || f.estab)"
        " || '. Load the register of schools, or correct the number.'",
    )  # fmt: skip
    _set_aside(
        "registration", "f.practice_id IS NULL", "practice_code", "unknown_practice",
        "'No GP practice is known by the code ' || f.ods_code || '. Load the register of practices, or correct it.'",
    )  # fmt: skip


def set_aside_received(references: Iterable[str]) -> None:
    """Set aside all that is said under these references: custodians write it by hand."""
    held = list(references)
    if not held:
        return
    run("CREATE TEMPORARY TABLE load_received (reference text) ON COMMIT DROP")
    run("INSERT INTO load_received SELECT unnest(%s::text[])", [held])
    theirs = "IN (SELECT reference FROM load_received)"
    rows = " UNION ".join(
        f"SELECT row FROM {table} WHERE reference {theirs}"
        for table in ("load_known", *(f"load_{name}" for name in FACTS))
    )
    _problem(f"SELECT r.row, '', 'received', '{RECEIVED}' FROM ({rows}) r")
    for name in FACTS:
        run(f"UPDATE load_{name} SET state = %s WHERE reference {theirs}", [SET_ASIDE])
    run(f"DELETE FROM load_known WHERE reference {theirs}")
    run("DROP TABLE load_received")


def _set_aside(name: str, condition: str, field: str, code: str, sentence: str) -> None:
    """Set the facts aside for which a condition holds, each with a sentence."""
    where = f"f.state = '' AND {condition}"
    _problem(f"SELECT f.row, '{field}', '{code}', {sentence} FROM load_{name} f WHERE {where}")
    run(f"UPDATE load_{name} f SET state = %s WHERE {where}", [SET_ASIDE])


# Days as `registry_said_once` takes them: what has no start is taken to have held on its last day.
SPELLS = """
    CREATE TEMPORARY TABLE load_spell ON COMMIT DROP AS
    WITH days AS (
        SELECT id, row, coalesce(child_id::text, 'r' || reference) AS who, {identity}, from_date, to_date,
               coalesce(from_date, to_date, 'infinity') AS begins, coalesce(to_date, 'infinity') AS ends
        FROM load_{name} WHERE state = ''
    ), met AS (
        SELECT *, max(ends) OVER (PARTITION BY who, {identity} ORDER BY begins, row, id
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM days
    ), spells AS (
        SELECT *, count(*) FILTER (WHERE before IS NULL OR before < begins)
                  OVER (PARTITION BY who, {identity} ORDER BY begins, row, id) AS spell FROM met
    )
    SELECT id, row, count(*) OVER one AS times, first_value(id) OVER one AS first,
           first_value(row) OVER one AS first_row,
           min(from_date) OVER one AS from_date, max(ends) OVER one AS ends,
           from_date IS NOT DISTINCT FROM first_value(from_date) OVER one
           AND to_date IS NOT DISTINCT FROM first_value(to_date) OVER one AS same_days
    FROM spells
    WINDOW one AS (PARTITION BY who, {identity}, spell ORDER BY row, id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
"""


def _one_spell(name: str) -> None:
    """Make one spell of what one reference says twice over the same days: the first row has it, the others are told."""
    identity = ", ".join(FACTS[name].identity)
    run("DROP TABLE IF EXISTS pg_temp.load_spell")
    run(SPELLS.format(name=name, identity=identity))
    run("DELETE FROM load_spell WHERE times = 1")
    run(
        f"UPDATE load_{name} f SET from_date = s.from_date, to_date = nullif(s.ends, 'infinity')"
        " FROM load_spell s WHERE s.first = f.id AND s.id = f.id"
    )
    run(f"UPDATE load_{name} f SET state = %s FROM load_spell s WHERE s.id = f.id AND s.first <> f.id", [SET_ASIDE])
    # What one row says twice, in two of its columns, is nothing to tell anybody.
    _problem(
        "SELECT s.row, '', CASE WHEN s.same_days THEN 'said_twice' ELSE 'overlaps' END,"
        " CASE WHEN s.same_days THEN 'This is what row ' || r.number || ' says already.'"
        " ELSE 'It says the same as row ' || r.number || ' over days that overlap: they are loaded as one spell.' END"
        " FROM load_spell s JOIN load_row r ON r.id = s.first_row WHERE s.id <> s.first AND s.row <> s.first_row"
    )


TWO_HOMES = """
    WITH open AS (
        SELECT row, reference, place, min(place) OVER one AS least, max(place) OVER one AS most
        FROM load_residence WHERE state = '' AND to_date IS NULL AND standing = %s
        WINDOW one AS (PARTITION BY reference)
    ) SELECT row, 'to_date', 'two_homes',
             'The child has two current homes. Both are loaded, and shown as contested until one of them is ended.'
    FROM open WHERE least <> most
"""


def _two_homes() -> None:
    _problem(TWO_HOMES, [Standing.LIVES_HERE])


def _problem(statement: str, parameters: list[object] | None = None) -> None:
    run(f"INSERT INTO load_problem (row, field, code, sentence) {statement}", parameters)
