"""GP practices from the NHS Organisation Data Service's `epraccur`.

The file has 27 columns and no headings, and holds every prescriber there is: GP practices are those of setting 4. Both
the older codes and dates (A, 20130401) and the newer ones (ACTIVE, 2013-04-01, role RO76) are read.
"""

from __future__ import annotations

from pathlib import Path

from childindex.models import User
from childindex.tables import Progress, Row, open_table
from registry.identifiers import NotValid, read_practice_code
from registry.models import Practice, PracticeStatus
from registry.reference import values
from registry.reference.loading import Register, Values, load
from registry.reference.summary import Refused, Skipped, Summary

PRACTICES = Register(
    "GP practices",
    "practice-register",
    "NHS Organisation Data Service",
    Practice,
    ("ods_code",),
    closing_column="status",
    closing=f"n.status = '{PracticeStatus.CLOSED}' AND o.status <> n.status",
)
LAYOUT = (
    *("ods_code", "name", "", "", "line1", "line2", "line3", "town", "county", "postcode"),
    *("open_date", "close_date", "status", "", "commissioner", "", "", "telephone", "", ""),
    *("", "", "", "", "", "setting", ""),
)
COLUMNS = [key for key in LAYOUT if key not in ("", "setting")]
GP_PRACTICE = {"4", "RO76"}
SETTINGS = {
    "0": "other",
    "1": "walk-in centre",
    "2": "out of hours",
    "3": "walk-in centre and out of hours",
    "8": "public health service",
    "9": "community health service",
    "10": "hospital service",
    "11": "optometry service",
    "12": "urgent and emergency care",
    "13": "hospice",
    "14": "care home",
    "15": "border force",
    "16": "young offender institution",
    "17": "secure training centre",
    "18": "secure children's home",
    "19": "immigration removal centre",
    "20": "court",
    "21": "police custody",
    "22": "sexual assault referral centre",
    "24": "other justice estate",
    "25": "prison",
    "26": "primary care network",
}
STATUSES = {
    "A": PracticeStatus.ACTIVE,
    "ACTIVE": PracticeStatus.ACTIVE,
    "C": PracticeStatus.CLOSED,
    "CLOSED": PracticeStatus.CLOSED,
    "INACTIVE": PracticeStatus.CLOSED,
    "D": PracticeStatus.DORMANT,
    "DORMANT": PracticeStatus.DORMANT,
    "P": PracticeStatus.PROPOSED,
    "PROPOSED": PracticeStatus.PROPOSED,
}


def load_practices(path: str | Path, *, progress: Progress | None = None, by: User | None = None) -> Summary:
    """Take in the practices of the file. Raises TableError for a file that is not the service's."""
    with open_table(path, layout=LAYOUT, progress=progress) as table:
        return load(PRACTICES, table=table, columns=COLUMNS, read=read_practice, reason=Path(path).name, by=by)


def read_practice(row: Row, summary: Summary) -> Values:
    """One practice's values. Raises Skipped for other prescribers, Refused without a code, a name or a known status."""

    def note(text: str) -> None:
        summary.notes[text] += 1

    setting = row.text("setting").upper()
    if row.number == 1 and not setting.strip("RO").isdigit():
        raise Skipped("it is a row of headings")
    if setting not in GP_PRACTICE:
        raise Skipped(f"it is no GP practice: setting {setting or 'empty'}, {SETTINGS.get(setting, 'not known')}")
    status = STATUSES.get(row.text("status").upper())
    if status is None:
        raise Refused("its status is not known", f"status {row.text('status')[:30] or 'is empty'}")
    if not row.text("name"):
        raise Refused("it has no name")
    return {
        "ods_code": _code(row),
        "status": status.value,
        "open_date": values.day(row, "open_date", "opening date"),
        "close_date": values.day(row, "close_date", "closing date"),
        "postcode": values.postcode(row, "postcode", note),
        "telephone": values.telephone(row, "telephone", note),
        **{key: row.text(key) for key in ("name", "line1", "line2", "line3", "town", "county", "commissioner")},
    }


def _code(row: Row) -> str:
    try:
        return read_practice_code(row.text("ods_code")).value
    except NotValid as fault:
        raise Refused("its code is not valid", str(fault)) from fault
