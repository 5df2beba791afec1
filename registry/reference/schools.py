"""Schools from Get Information About Schools, and the links between them.

The national register has some 140 columns, which come and go; those read here are found by their headings. An academy
is a new school with a new URN: its link to the old one is in a file of its own.
"""

from __future__ import annotations

from pathlib import Path

from childindex.models import User
from childindex.tables import Progress, Row, column, open_table
from registry.identifiers import NotValid, read_uprn, read_urn
from registry.models import School, SchoolLink, SchoolStatus
from registry.reference import values
from registry.reference.loading import Register, Values, load
from registry.reference.summary import Refused, Skipped, Summary

CODE, NAME = "school-register", "Get Information About Schools"
SCHOOLS = Register(
    "schools",
    CODE,
    NAME,
    School,
    ("urn",),
    closing_column="status",
    closing=f"n.status = '{SchoolStatus.CLOSED}' AND o.status <> n.status",
)
LINKS = Register("links between schools", CODE, NAME, SchoolLink, ("urn", "linked_urn", "kind"))
STATUSES = {
    "1": SchoolStatus.OPEN,
    "2": SchoolStatus.CLOSED,
    "3": SchoolStatus.CLOSING,
    "4": SchoolStatus.PROPOSED,
}
NOTHING = {"not applicable", "does not apply", "not recorded"}

# Plain text, by the column it goes to.
TEXTS = {
    "name": "EstablishmentName",
    "ukprn": "UKPRN",
    "phase": "PhaseOfEducation (name)",
    "type_code": "TypeOfEstablishment (code)",
    "type_name": "TypeOfEstablishment (name)",
    "street": "Street",
    "locality": "Locality",
    "address3": "Address3",
    "town": "Town",
    "county": "County (name)",
}
OTHERS = {
    "la_code": "LA (code)",
    "estab_number": "EstablishmentNumber",
    "open_date": "OpenDate",
    "close_date": "CloseDate",
    "low_age": "StatutoryLowAge",
    "high_age": "StatutoryHighAge",
    "postcode": "Postcode",
    "uprn": "UPRN",
    "easting": "Easting",
    "northing": "Northing",
    "telephone": "TelephoneNum",
}
SCHOOL_COLUMNS = [
    column("urn", "URN"),
    column("status", "EstablishmentStatus (code)"),
    column("name", TEXTS["name"]),
    *(column(key, heading, required=False) for key, heading in (TEXTS | OTHERS).items() if key != "name"),
]
LINK_COLUMNS = [
    column("urn", "URN"),
    column("linked_urn", "LinkURN"),
    column("linked_name", "LinkName"),
    column("kind", "LinkType"),
    column("established_date", "LinkEstablishedDate", required=False),
]


def load_schools(
    path: str | Path, *, area: str = "", progress: Progress | None = None, by: User | None = None
) -> Summary:
    """Take in the register's extract. Schools of the authority `area` are marked as in our area.

    Raises TableError for a file that is not the register's.
    """
    with open_table(path, columns=SCHOOL_COLUMNS, progress=progress) as table:
        columns = [wanted.key for wanted in SCHOOL_COLUMNS if table.has(wanted.key)]
        if area:
            columns.append("in_area")

        def read(row: Row, summary: Summary) -> Values:
            school = read_school(row, summary)
            return {**school, "in_area": school["la_code"] == area}

        return load(SCHOOLS, table=table, columns=columns, read=read, reason=Path(path).name, by=by)


def read_school(row: Row, summary: Summary) -> Values:
    """One school's values. Raises Refused without a URN, a name or a known status."""

    def note(text: str) -> None:
        summary.notes[text] += 1

    status = STATUSES.get(row.text("status"))
    if status is None:
        raise Refused("its status is not known", f"status {row.text('status')[:30] or 'is empty'}")
    if not row.text("name"):
        raise Refused("it has no name")
    return {
        "urn": _urn(row, "urn"),
        "status": status.value,
        **{key: _text(row, key) for key in TEXTS},
        "la_code": _padded(row.text("la_code"), 3),
        "estab_number": _padded(row.text("estab_number"), 4),
        "open_date": values.day(row, "open_date", "opening date"),
        "close_date": values.day(row, "close_date", "closing date"),
        "low_age": values.whole_number(row, "low_age", "lowest age"),
        "high_age": values.whole_number(row, "high_age", "highest age"),
        "postcode": values.postcode(row, "postcode", note),
        "uprn": _uprn(row, note),
        "easting": values.whole_number(row, "easting", "easting") or None,
        "northing": values.whole_number(row, "northing", "northing") or None,
        "telephone": values.telephone(row, "telephone", note),
    }


def load_links(path: str | Path, *, progress: Progress | None = None, by: User | None = None) -> Summary:
    """Take in the register's links file: those with a school that the index holds at either end.

    Links between two schools that it does not hold are skipped; load the file again once it does.
    """
    held = dict(School.objects.values_list("urn", "pk"))
    with open_table(path, columns=LINK_COLUMNS, progress=progress) as table:
        columns = [wanted.key for wanted in LINK_COLUMNS if table.has(wanted.key)]

        def read(row: Row, summary: Summary) -> Values:
            return _read_link(row, held, summary)

        return load(
            LINKS,
            table=table,
            columns=[*columns, "school_id", "linked_school_id"],
            read=read,
            reason=Path(path).name,
            by=by,
        )


def _read_link(row: Row, held: dict[int, int], summary: Summary) -> Values:
    urn, linked_urn = _urn(row, "urn"), _urn(row, "linked_urn")
    if not row.text("kind"):
        raise Refused("it does not say what kind of link it is")
    if urn not in held and linked_urn not in held:
        raise Skipped("neither of its schools is in the index")
    established_date = values.day(row, "established_date", "date")
    if urn not in held or linked_urn not in held:
        summary.notes["one of its schools is not in the index, and is kept by URN and name"] += 1
    return {
        "urn": urn,
        "linked_urn": linked_urn,
        "linked_name": row.text("linked_name"),
        "kind": row.text("kind"),
        "established_date": established_date,
        "school_id": held.get(urn),
        "linked_school_id": held.get(linked_urn),
    }


def _urn(row: Row, key: str) -> int:
    try:
        return read_urn(row.text(key)).number
    except NotValid as fault:
        raise Refused("its URN is not valid", str(fault)) from fault


def _uprn(row: Row, note: values.Note) -> int | None:
    text = row.text("uprn")
    try:
        return read_uprn(text).number if text else None
    except NotValid:
        note("its UPRN is not valid and is left out")
        return None


def _text(row: Row, key: str) -> str:
    text = row.text(key)
    return "" if text.casefold() in NOTHING else text


def _padded(text: str, length: int) -> str:
    """A code with the zeros that spreadsheets take away; nothing for 0, by which the register says there is none."""
    return text.zfill(length) if text.strip("0") else ""
