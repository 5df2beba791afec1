"""From the staging tables into the registry: set-wise, inside the open act, kind by kind.

What is written is what checking left: children whom nobody holds, facts that nobody holds, and a confirmation of each
fact, new or held. The old reference stays with the child as a source record.
"""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

from django.db import connection

from childindex.copying import analyse_all
from childindex.models import Act, Source
from registry.disclosure import areas
from registry.first_load.staging import FACTS, run
from registry.identifiers import new_index_number
from registry.models.addresses import same_place

AT_ONCE = 50_000
COLUMNS: dict[str, str] = {
    "name": "kind, forename, middle_names, surname",
    "identifier": "kind, value, status",
    "residence": "standing, address_id",
    "care": "carer_id, kind, parental_responsibility, lives_with, priority",
    "enrolment": ("school_id, status, year_group, class_name, destination, part_time, leaving_regime, leaving_ground"),
    "registration": "practice_id",
}
VALUES: dict[str, str] = COLUMNS | {
    "identifier": "kind, value, 'unverified'",
    "enrolment": "school_id, status, year_group, class_name, destination, false, '', ''",
}
CHILDREN = """
    INSERT INTO registry_child (id, index_number, sex, date_of_birth, date_of_birth_standing, date_of_birth_evidence,
                                state, revision)
    SELECT child_id, index_number, sex, born, CASE WHEN born IS NULL THEN 'missing' ELSE 'known' END, '', 'live', 0
    FROM load_known WHERE is_new ORDER BY row
"""
RECORDS = """
    INSERT INTO registry_sourcerecord (source_id, reference, child_id)
    SELECT %(source)s, k.reference, k.child_id FROM load_known k
    WHERE NOT EXISTS (
        SELECT FROM registry_sourcerecord s LEFT JOIN registry_indexentry e ON e.child_id = s.child_id
        WHERE s.source_id = %(source)s AND s.reference = k.reference
          AND (s.child_id = k.child_id OR NOT coalesce(e.shielded, false)))
    ORDER BY k.row
"""
SAME_PLACE = same_place("a", "l")
ADDRESSES = """
    INSERT INTO registry_address (saon, paon, street, locality, town, administrative_area, postcode, uprn, easting,
                                  northing, ward_code, ward_name, kind, copy)
    SELECT DISTINCT ON (l.place) l.saon, l.paon, l.street, l.locality, l.town, l.county, l.postcode, l.uprn, p.easting,
           p.northing, coalesce(p.ward_code, ''), '', 'household',
           (SELECT count(*) FROM registry_address a WHERE {same})
    FROM load_{name} l LEFT JOIN registry_postcode p ON l.postcode <> '' AND p.postcode = l.postcode
    WHERE l.state = '' AND l.place <> '' AND l.address_id IS NULL ORDER BY l.place, l.row
"""
FIND_ADDRESSES = """
    UPDATE load_{name} l SET address_id = a.id FROM registry_address a
    WHERE l.state = '' AND l.place <> '' AND l.address_id IS NULL AND {same} AND {open}
"""
PERSONS = """
    CREATE TEMPORARY TABLE load_person ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('registry_carer', 'id')) AS carer_id, p.* FROM (
        SELECT DISTINCT ON (person) person, title, forename, surname, telephone, other_telephone, email, address_id
        FROM load_care WHERE state = '' ORDER BY person, to_date DESC NULLS FIRST, row
    ) p
"""
CARERS = """
    INSERT INTO registry_carer (id, title, forename, surname, telephone, other_telephone, email, address_id)
    SELECT carer_id, title, forename, surname, telephone, other_telephone, email, address_id FROM load_person
"""
FACT = """
    INSERT INTO registry_{name} (id, child_id, from_date, to_date, source_id, {columns})
    SELECT fact_id, child_id, from_date, to_date, %(source)s, {values} FROM load_{name} WHERE state = '' ORDER BY row
"""
CONFIRMATIONS = """
    INSERT INTO registry_confirmation (kind, fact_id, source_record_id, day, act_id)
    SELECT DISTINCT '{name}', f.fact_id, s.id, least(coalesce(f.to_date, %(day)s), %(day)s), %(act)s
    FROM load_{name} f JOIN registry_sourcerecord s ON s.source_id = %(source)s AND s.reference = f.reference
    WHERE f.state IN ('', 'held') AND s.child_id = f.child_id
"""
LINKED = {"residence": ("address_id", "registry_address"), "care": ("address_id", "registry_address")}


def write(deed: Act, source: Source, as_of: date) -> None:
    """Write everything that is to be loaded. Inside the open act."""
    said: dict[str, Any] = {"source": source.pk, "act": deed.pk, "day": as_of}
    _children()
    run(RECORDS, said)
    for name in LINKED:
        run(ADDRESSES.format(name=name, same=SAME_PLACE))
        run(FIND_ADDRESSES.format(name=name, same=SAME_PLACE, open=areas.OPEN))
    _carers()
    for name in FACTS:
        run(FACT.format(name=name, columns=COLUMNS[name], values=VALUES[name]), said)
        run(CONFIRMATIONS.format(name=name), said)


def number() -> None:
    """Give ids to the children and facts that will be written; nothing of the registry's is changed by it."""
    run(
        "UPDATE load_known SET child_id = nextval(pg_get_serial_sequence('registry_child', 'id'))"
        " WHERE is_new AND child_id IS NULL"
    )
    for name in FACTS:
        run(
            f"UPDATE load_{name} f SET child_id = k.child_id,"
            f" fact_id = nextval(pg_get_serial_sequence('registry_{name}', 'id'))"
            " FROM load_known k WHERE k.reference = f.reference AND f.state = ''"
        )


def _children() -> None:
    """Every new child gets an index number; that one is taken already is as good as impossible, and stops the load."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT child_id FROM load_known WHERE is_new ORDER BY child_id")
        ids = [child_id for (child_id,) in cursor.fetchall()]
        cursor.execute("CREATE TEMPORARY TABLE load_number (child_id bigint, index_number text) ON COMMIT DROP")
        for start in range(0, len(ids), AT_ONCE):
            text = "".join(f"{child_id}\t{new_index_number()}\n" for child_id in ids[start : start + AT_ONCE])
            cursor.copy_expert("COPY load_number FROM STDIN", StringIO(text))
    run("UPDATE load_known k SET index_number = n.index_number FROM load_number n WHERE n.child_id = k.child_id")
    run(CHILDREN)
    analyse_all("registry_child")


def _carers() -> None:
    run(PERSONS)
    run(CARERS)
    run("UPDATE load_care c SET carer_id = p.carer_id FROM load_person p WHERE c.state = '' AND p.person = c.person")
