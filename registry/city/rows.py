"""Rows on their way to the database: which columns each table takes, and the text of a row for COPY."""

from __future__ import annotations

from collections.abc import Iterable

FACT = "id, child_id, from_date, to_date, source_id"
TABLES = {
    "childindex_source": "id, code, name, kind, created_at",
    "registry_address": (
        "id, saon, paon, street, locality, town, administrative_area, postcode, uprn, easting, northing, ward_code,"
        " ward_name, kind"
    ),
    "registry_school": (
        "id, urn, la_code, estab_number, ukprn, name, phase, type_code, type_name, status, open_date, close_date,"
        " low_age, high_age, street, locality, address3, town, county, postcode, uprn, easting, northing, telephone,"
        " in_area"
    ),
    "registry_practice": (
        "id, ods_code, name, line1, line2, line3, town, county, postcode, telephone, commissioner, status, open_date,"
        " close_date"
    ),
    "registry_carer": "id, title, forename, surname, telephone, other_telephone, email, address_id",
    "registry_child": (
        "id, index_number, sex, date_of_birth, date_of_birth_standing, other_date_of_birth, date_of_birth_evidence,"
        " date_of_death, state, superseded_by_id, revision"
    ),
    "registry_name": f"{FACT}, kind, forename, middle_names, surname",
    "registry_identifier": f"{FACT}, kind, value, status",
    "registry_residence": f"{FACT}, standing, address_id",
    "registry_care": f"{FACT}, carer_id, kind, parental_responsibility, lives_with, priority",
    "registry_enrolment": (
        f"{FACT}, school_id, status, year_group, class_name, part_time, hours, leaving_regime, leaving_ground,"
        " destination_school_id, destination"
    ),
    "registry_educationarrangement": f"{FACT}, kind, detail",
    "registry_registration": f"{FACT}, practice_id",
    "registry_shield": "id, child_id, from_date, review_date, lifted_date, ground",
    "registry_sourcerecord": "id, source_id, reference, child_id",
    "registry_pin": "id, child_id, slot, fact_id, reason",
}
CONFIRMATIONS = "registry_confirmation"
CONFIRMATION_COLUMNS = "id, kind, fact_id, source_record_id, day, act_id"


def line(values: Iterable[object]) -> str:
    """One row in COPY's text form. Nothing invented here holds a tab, a line break or a backslash."""
    return "\t".join([value if type(value) is str else "\\N" if value is None else str(value) for value in values])
