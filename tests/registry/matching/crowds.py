"""People in columns, as lists and indexes have them."""

from typing import Any

from registry.matching.columns import COLUMNS, People, people
from registry.matching.linking import Linker, Links
from registry.matching.model import STANDARD

Rows = list[dict[str, Any]]


def in_columns(rows: Rows, *, like: People | None = None) -> People:
    columns = {name: [row.get(name, "") for row in rows] for name in COLUMNS}
    return people([str(place) for place in range(len(rows))], columns, like=like)


def crowd() -> Rows:
    """Two hundred children with nothing to do with anybody, so that an index is not empty."""
    surnames = "Whitcombe Oyelaran Petrescu Nowicki Trevelyan Makinde Lindqvist Abernathy Falconer Quiller".split()
    forenames = "Rosalind Babatunde Ilinca Zbigniew Jago Folasade Torsten Morag Peregrine Ottoline".split()
    return [
        {
            "forename": forenames[place % 10],
            "surname": surnames[place // 10 % 10],
            "date_of_birth": f"20{8 + place % 12:02}-{1 + place % 11:02}-{1 + place % 27:02}",
            "sex": "FM"[place % 2],
            "postcode": f"BY{1 + place % 9} {place % 8}AA",
            "address": f"{place} Acorn Road",
        }
        for place in range(200)
    ]


def linked(rows: Rows, index: Rows) -> Links:
    """Rows linked to an index that has these children first, and a crowd besides."""
    everybody = in_columns([*index, *crowd()])
    return Linker.of(everybody).link(in_columns(rows, like=everybody), STANDARD)
