"""Postcodes from the Office for National Statistics' directories, old headings and new, or any table of postcodes.

Only the columns that the file has are changed, so that a small table adds to what a directory said. Terminated
postcodes are kept, because old addresses use them.
"""

from __future__ import annotations

import re
from pathlib import Path

from childindex.models import User
from childindex.tables import Progress, Row, column, open_table
from registry.identifiers import NotValid, read_postcode
from registry.models import Postcode
from registry.reference import values
from registry.reference.loading import Register, Values, load
from registry.reference.summary import Refused, Summary

POSTCODES = Register(
    "postcodes",
    "postcode-register",
    "Office for National Statistics",
    Postcode,
    ("postcode",),
    closing_column="terminated",
    closing="n.terminated <> '' AND o.terminated = ''",
)
POSTCODE_COLUMNS = [
    column("postcode", "postcode", "pcds", "pcd7", "pcd8", "pcd2", "pcd"),
    column("easting", "oseast1m", "east1m", "easting", required=False),
    column("northing", "osnrth1m", "north1m", "northing", required=False),
    column("latitude", "lat", "latitude", required=False),
    column("longitude", "long", "longitude", required=False),
    column("la_code", r"^lad\d\dcd$", "laua", "oslaua", required=False),
    column("ward_code", r"^wd\d\dcd$", "ward", "osward", required=False),
    column("lsoa_code", r"^lsoa\d\dcd$", r"^lsoa\d\d$", required=False),
    column("region", r"^rgn\d\dcd$", "rgn", "gor", "region", required=False),
    column("introduced", "dointr", required=False),
    column("terminated", "doterm", required=False),
]
REGIONS = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
    "W99999999": "Wales",
    "S99999999": "Scotland",
    "N99999999": "Northern Ireland",
    "L99999999": "Channel Islands",
    "M99999999": "Isle of Man",
}
NOWHERE = 99
CODES = ("la_code", "ward_code", "lsoa_code")
MONTHS = {"introduced": "month of introduction", "terminated": "month of termination"}


def load_postcodes(path: str | Path, *, progress: Progress | None = None, by: User | None = None) -> Summary:
    """Take in a directory of postcodes. Raises TableError for a file without a column of them."""
    with open_table(path, columns=POSTCODE_COLUMNS, progress=progress) as table:
        columns = [wanted.key for wanted in POSTCODE_COLUMNS if table.has(wanted.key)]
        return load(POSTCODES, table=table, columns=columns, read=read_place, reason=Path(path).name, by=by)


def read_place(row: Row, summary: Summary) -> Values:
    """One postcode's values. Raises Refused for what is no postcode."""
    try:
        postcode = str(read_postcode(row.text("postcode")))
    except NotValid as fault:
        raise Refused("its postcode is not valid", str(fault)) from fault
    latitude, longitude = _degrees(row, "latitude", 90), _degrees(row, "longitude", 180)
    return {
        "postcode": postcode,
        "easting": values.whole_number(row, "easting", "easting") or None,
        "northing": values.whole_number(row, "northing", "northing") or None,
        "latitude": latitude,
        "longitude": longitude if latitude is not None else None,
        "region": REGIONS.get(row.text("region"), row.text("region")),
        **{key: row.text(key) for key in CODES},
        **{key: _month(row, key, name) for key, name in MONTHS.items()},
    }


def _degrees(row: Row, key: str, most: int) -> float | None:
    """Degrees; none where the directory writes 99.999999, by which it says that it does not know."""
    text = row.text(key)
    try:
        degrees = float(text) if text else None
    except ValueError as fault:
        raise Refused(f"its {key} is not a number", f"{key} {text[:30]}") from fault
    if degrees is None or (key == "latitude" and degrees > NOWHERE):
        return None
    if not -most <= degrees <= most:
        raise Refused(f"its {key} is not on the earth", f"{key} {text[:30]}")
    return degrees


def _month(row: Row, key: str, name: str) -> str:
    text = row.text(key)
    if text and not re.fullmatch(r"\d{4}(0[1-9]|1[0-2])", text, re.ASCII):
        raise Refused(f"its {name} is not a year and month", f"{name} {text[:30]}")
    return text
