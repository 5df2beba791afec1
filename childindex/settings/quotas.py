"""How much one person may ask of the index at once: enough for the busiest honest hour, and too little for probing.

A quota is by role; a role that is not named has the last. Commands on the server, watched folders among them, have
none: whoever runs them can read the database. Many files in one, such as a national collection, count as one.
"""

from typing import NamedTuple

MEGABYTE = 1 << 20


class Quota(NamedTuple):
    """What one person may have under work at once, send in a day (24 hours), and ask in a minute and in an hour.

    Under work is a file that has come and is not applied, undone or refused; one that nobody has touched for two months
    is not counted, since whoever sent it can no more be waiting for it.
    """

    files: int
    rows: int
    bytes: int
    files_a_day: int
    lists_a_day: int
    searches_a_minute: int
    searches_an_hour: int


SCHOOL = Quota(
    files=300,  # one for each joiner returned online in September, until the council has decided
    rows=50_000,
    bytes=100 * MEGABYTE,
    files_a_day=400,
    lists_a_day=0,
    searches_a_minute=0,  # schools have no search
    searches_an_hour=0,
)
QUOTAS = {
    # Somebody on the telephone searches two or three times for each caller, and turns a page now and then.
    "data_officer": Quota(
        files=25,
        rows=1_000_000,  # all GP practices' lists are sent as one file each month
        bytes=512 * MEGABYTE,
        files_a_day=60,
        lists_a_day=0,
        searches_a_minute=30,
        searches_an_hour=400,
    ),
    # Loads what all schools send by hand, where a school cannot; matches lists for other services.
    "data_manager": Quota(
        files=80,
        rows=3_000_000,
        bytes=2048 * MEGABYTE,
        files_a_day=200,
        lists_a_day=20,
        searches_a_minute=30,
        searches_an_hour=400,
    ),
    # Looks for the children of a clinic or a caseload; a client list comes once a month, and again where it was wrong.
    "practitioner": Quota(
        files=5,
        rows=100_000,
        bytes=50 * MEGABYTE,
        files_a_day=10,
        lists_a_day=0,
        searches_a_minute=15,
        searches_an_hour=120,
    ),
    "service_manager": Quota(
        files=8,
        rows=100_000,
        bytes=50 * MEGABYTE,
        files_a_day=15,
        lists_a_day=0,
        searches_a_minute=15,
        searches_an_hour=120,
    ),
    "school_office": SCHOOL,
    "head": SCHOOL,
    "safeguarding_lead": SCHOOL,
    "senco": SCHOOL,
}
QUOTA_OF_OTHERS = Quota(5, 10_000, 10 * MEGABYTE, 10, 5, 15, 120)

# Of one source, whoever sends: what a large school returns in September before the council has decided any of it.
QUOTA_OF_A_SOURCE = {"files": 400, "rows": 3_000_000, "bytes": 2048 * MEGABYTE}

# So many refused searches in an hour are no mistyping any more: information governance is written to at once.
SEARCHES_REFUSED_ARE_FLAGRANT = 50
