"""The tables that an extract may have, what each can say, and by which headings it is recognised."""

from __future__ import annotations

from collections.abc import Mapping

from childindex.tables import Column, TableError, listed
from registry.intake.cells import Unreadable
from registry.intake.fields import FIELDS, Field
from registry.intake.vocabulary import Codes
from registry.models import ExtractTable, IdentifierKind, NameKind, Standing, YesNo

REFERENCE = ("Child reference", "Child ID", "Old reference", "Person ID", "Child number", "Record ID", "Client ID")
FROM = ("From", "From date", "Date from", "Start", "Start date", "Valid from", "Moved in", "Registered on")
TO = ("To", "To date", "Date to", "End", "End date", "Valid to", "Moved out", "Left on")


def _coded(what: str, meanings: Mapping[str, str]) -> Field:
    def read(text: str, codes: Codes) -> str:
        found = meanings.get(" ".join(text.replace("_", " ").split()).casefold())
        if found is None:
            known = listed(sorted(set(meanings)))
            raise Unreadable(f"“{text[:30]}” is no {what} that is known. Known are {known}.")
        return str(found)

    return Field("", what.capitalize(), (), read)


def _named(key: str, label: str, *headings: str, like: Field) -> Field:
    return Field(key, label, headings, like.read, like.is_number)


YES_NO = {"y": YesNo.YES, "yes": YesNo.YES, "true": YesNo.YES, "1": YesNo.YES, "n": YesNo.NO, "no": YesNo.NO}
YES_NO |= {"false": YesNo.NO, "0": YesNo.NO, "not known": YesNo.UNKNOWN, "u": YesNo.UNKNOWN}
NAME_KINDS = {value: value for value in NameKind.values} | {
    "legal": "registered", "birth": "registered", "known as": "preferred", "previous": "former", "maiden": "former",
    "also known as": "alias", "aka": "alias", "other": "alias",
}  # fmt: skip
NUMBER_KINDS = {value.replace("_", " "): value for value in IdentifierKind.values} | {
    "nhs": "nhs_number", "nhs no": "nhs_number", "previous upn": "former_upn", "unique learner number": "uln",
    "unique pupil number": "upn",
}  # fmt: skip
STANDINGS = {str(label).casefold(): str(value) for value, label in Standing.choices}
STANDINGS |= {value.replace("_", " "): value for value in Standing.values} | {
    "home": "lives_here", "main": "lives_here", "current": "lives_here", "permanent": "lives_here", "h": "lives_here",
    "previous": "lives_here", "former": "lives_here", "second": "second_home", "other parent": "second_home",
    "unknown": "no_known_address", "not known": "no_known_address", "homeless": "no_fixed_abode",
    "abroad": "left_intention_unknown", "left england": "left_intention_unknown",
}  # fmt: skip
TEXT, DAY = FIELDS["class_name"], FIELDS["moved_in"]
EXTRA: dict[str, Field] = {
    field.key: field
    for field in (
        _named("from_date", "From", *FROM[1:], like=DAY),
        _named("name_from", "Name since", "Name from", like=DAY),
        _named("to_date", "To", *TO[1:], like=DAY),
        _named("name_kind", "Name type", "Kind of name", like=_coded("kind of name", NAME_KINDS)),
        _named(
            "number_kind", "Identifier type", "Kind of number", "Number type", "ID type",
            like=_coded("kind of number", NUMBER_KINDS),
        ),
        _named("number", "Identifier", "Number", "Value", "Identifier value", like=TEXT),
        _named("standing", "Address type", "Kind of address", like=_coded("kind of address", STANDINGS)),
        _named("carer_reference", "Carer reference", "Carer ID", "Contact ID", "Contact reference", like=TEXT),
        _named(
            "parental_responsibility", "Parental responsibility", "PR",
            like=_coded("answer about parental responsibility", YES_NO),
        ),
        _named("lives_with", "Lives with child", "Lives with", like=_coded("answer about living together", YES_NO)),
    )
}  # fmt: skip
ALL = FIELDS | EXTRA

PLACE = "saon paon street line1 line2 locality town county postcode uprn".split()
NUMBERS = "upn former_upn uln nhs_number".split()
OWN = "surname forename middle_names".split()
CARER = (
    "carer_reference carer_title carer_forename carer_surname carer_name relationship priority telephone"
    " other_telephone email parental_responsibility lives_with"
).split()
SPELL = "urn laestab entry_date leaving_date enrolment_status year_group class_name destination".split()
SAID: dict[str, list[str]] = {
    ExtractTable.CHILDREN: [
        *OWN, "name_from", "preferred_surname", "preferred_forename", "former_surname", "date_of_birth", "sex",
        *NUMBERS, *PLACE, "moved_in", *CARER, *SPELL, "practice_code", "registered_on",
    ],
    ExtractTable.NAMES: [*OWN, "name_kind", "from_date", "to_date"],
    ExtractTable.IDENTIFIERS: ["number_kind", "number", *NUMBERS, "from_date", "to_date"],
    ExtractTable.ADDRESSES: ["standing", *PLACE, "from_date", "to_date"],
    ExtractTable.CARERS: [*CARER, "surname", "forename", *PLACE, "from_date", "to_date"],
    ExtractTable.ENROLMENTS: [*SPELL, "from_date", "to_date"],
    ExtractTable.REGISTRATIONS: ["practice_code", "registered_on", "from_date", "to_date"],
}  # fmt: skip
"""What the rows of each table say, their reference apart."""
KNOWN_BY: list[tuple[ExtractTable, list[list[str]]]] = [
    (ExtractTable.CHILDREN, [["date_of_birth"], ["sex"]]),
    (ExtractTable.CARERS, [["carer_surname"], ["carer_name"], ["carer_forename"], ["relationship"]]),
    (ExtractTable.NAMES, [["surname"], ["forename"], ["name_kind"]]),
    (ExtractTable.ENROLMENTS, [["urn"], ["laestab"]]),
    (ExtractTable.REGISTRATIONS, [["practice_code"]]),
    (ExtractTable.ADDRESSES, [["postcode"], ["street"], ["line1"], ["standing"]]),
    (ExtractTable.IDENTIFIERS, [["number", "number_kind"], *([key] for key in NUMBERS)]),
]
"""By which columns a table is known, the first that fits: a table of children may have everybody else's as well."""


def columns() -> list[Column]:
    """Every column that a table of an extract may have; a heading may serve for several, until the table is known."""
    reference = Column("reference", ("Reference", *REFERENCE, *FIELDS["reference"].headings), required=False)
    return [reference, *(field.column for key, field in ALL.items() if key != "reference")]


def recognised(places: Mapping[str, int], headings: list[str]) -> ExtractTable:
    """Which table this is. Raises TableError with what its columns would have to be."""
    if "reference" not in places:
        raise TableError(
            "No column of this table says which child a row is about. Call the column of the former system's reference"
            f" “Child reference”. Its columns are {listed(headings)}."
        )
    for table, choices in KNOWN_BY:
        if any(all(key in places for key in keys) for keys in choices):
            return table
    raise TableError(
        "It cannot be told what this table is about: it has no column of names, dates of birth, identifiers, addresses,"
        f" carers, schools or practices. Its columns are {listed(headings)}."
    )


def read_by(table: ExtractTable, places: Mapping[str, int]) -> list[str]:
    """The columns that are read of a table, each place under one name only."""
    wanted = ["reference", *(key for key in SAID[table] if key in places)]
    taken: dict[int, str] = {}
    for key in wanted:
        taken.setdefault(places[key], key)
    return list(taken.values())
