"""Small invented files in the publishers' shapes."""

import csv

SCHOOL_HEADINGS = [
    "URN",
    "LA (code)",
    "LA (name)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (code)",
    "EstablishmentStatus (name)",
    "OpenDate",
    "CloseDate",
    "PhaseOfEducation (name)",
    "StatutoryLowAge",
    "StatutoryHighAge",
    "Postcode",
    "UPRN",
    "Easting",
    "TelephoneNum",
]
SCHOOL = {
    "URN": "999001",
    "LA (code)": "330",
    "LA (name)": "Example",
    "EstablishmentNumber": "2031",
    "EstablishmentName": "St Osyth’s Primary School",
    "EstablishmentStatus (code)": "1",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-1998",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "Postcode": "B4 7DA",
    "UPRN": "100070000001",
    "TelephoneNum": "1214960000",
}
LINK_HEADINGS = ["URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate"]
PRACTICE = [
    *("M85999", "EXAMPLE HEALTH CENTRE", "Y60", "QHL", "1 EXAMPLE STREET", "", "", "BIRMINGHAM", "WEST MIDLANDS"),
    *(
        "B4 7DA",
        "19740401",
        "",
        "A",
        "B",
        "15E",
        "20130401",
        "",
        "0121 4960000",
        "",
        "",
        "",
        "0",
        "",
        "15E",
        "",
        "4",
        "",
    ),
]


def write_rows(path, rows, *, encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, quoting=quoting, lineterminator="\r\n").writerows(rows)
    return path


def school_file(path, *schools, without=()):
    """An extract of the school register, each school given by how it differs from the example."""
    headings = [heading for heading in SCHOOL_HEADINGS if heading not in without]
    rows = [[{**SCHOOL, **school}.get(heading, "") for heading in headings] for school in schools]
    return write_rows(path, [headings, *rows], encoding="windows-1252")


def link_file(path, *links):
    return write_rows(path, [LINK_HEADINGS, *links])


def practice(**changes):
    """A row of epraccur; `changes` by position, counted from 1 as the publisher does: `_13="C"`."""
    row = list(PRACTICE)
    for position, value in changes.items():
        row[int(position[1:]) - 1] = value
    return row


def practice_file(path, *rows):
    return write_rows(path, rows, quoting=csv.QUOTE_ALL)
