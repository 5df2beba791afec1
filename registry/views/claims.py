"""What a row of a file says, in words: in a list, beside its child, and what applying a file would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection

from childindex import words
from registry.disclosure import RecordView, Summary
from registry.intake.applying import WILL_DO
from registry.intake.comparing import Do
from registry.intake.seeing import Reading
from registry.looking_back import COMPARED, NOTHING, text
from registry.models import DeliveryRow, FactKind, Outcome, Says, Sex

COLUMNS = [{"text": "Row", "numeric": True}, "In the file", "In the index", "What it comes to"]
SHOWN = 4
NAMED = {
    FactKind.NAME: "name",
    FactKind.IDENTIFIER: "number",
    FactKind.RESIDENCE: "home",
    FactKind.CARE: "carer",
    FactKind.ENROLMENT: "place at a school",
    FactKind.REGISTRATION: "registration at a GP practice",
    FactKind.ARRANGEMENT: "education arrangement",
}
PLURALS = {
    FactKind.ENROLMENT: "places at schools",
    FactKind.REGISTRATION: "registrations at GP practices",
}
VERBS = {Do.ADD: "would begin", Do.CHANGE: "would change", Do.SET: "would be brought up to date", Do.END: "would end"}
EFFECTS = """
    SELECT d ->> 'do', d ->> 'kind', count(*) FROM registry_deliveryrow r
    CROSS JOIN LATERAL jsonb_array_elements(r.changes) AS d
    WHERE r.delivery_id = %s AND r.outcome = ANY(%s) AND (r.waits OR NOT %s) AND NOT r.for_custodians
      AND r.id <> ALL(%s) GROUP BY 1, 2
"""


RECEIVED = "Received. The index team sees to it."


def line(row: DeliveryRow, children: Mapping[int, Summary], href: str, reading: Reading) -> list[Any]:
    """A row in a list: its number as the spreadsheet shows it, who it says it is, whose it is, and what it comes to."""
    is_hidden = row.pk in reading.hidden
    child = None if is_hidden else children.get(row.child_id or 0)
    number = f"{reading.number(row.number):,}" if row.number is not None else "Not in it"
    if is_hidden or row.outcome == Outcome.RECEIVED:
        first = {"text": number, "href": href, "what": "of the file", "numeric": True}
        return [first, {"text": name_of(row) or "No name", "note": _born(row)}, "", RECEIVED]
    return [
        {"text": number, "href": href, "what": "of the file" if row.number is not None else "", "numeric": True},
        {"text": name_of(row) or (child.name if child else "No name"), "note": _born(row)},
        {"text": child.name, "note": f"{child.index_number}{_born_on(child)}"} if child else _nobody(row),
        {"text": comes_to(row, reading), "note": _asked(row)},
    ]


def meant_by(rows: Iterable[DeliveryRow]) -> list[int]:
    """The children of rows in a list: whom each means, or those whom it could mean and whose name it has."""
    return [pk for row in rows for pk in ([row.child_id] if row.child_id else could_mean(row))]


def could_mean(row: DeliveryRow) -> list[int]:
    """The two likeliest children of a row of which it is not known whom it means."""
    return [candidate[0] for candidate in row.candidates[:2]]


def _nobody(row: DeliveryRow) -> str:
    return "Nobody yet: a new child" if row.outcome == Outcome.JOINED else "Not known yet"


def _born(row: DeliveryRow) -> str:
    born = row.claim.get("date_of_birth", "")
    return f"Born {words.day(date.fromisoformat(born))}" if born else ""


def _born_on(child: Summary) -> str:
    return f", born {words.day(child.date_of_birth)}" if child.date_of_birth else ""


def name_of(row: DeliveryRow) -> str:
    """The name as the file has it."""
    return " ".join(filter(None, (row.claim.get(key, "") for key in ("forename", "middle_names", "surname"))))


def questions(row: DeliveryRow, reading: Reading) -> list[str]:
    """What a row asks, each thing once."""
    return list(dict.fromkeys(_asks(question, reading) for question in row.questions))


def _asks(question: Mapping[str, Any], reading: Reading) -> str:
    beside = question.get("beside")
    return f"Row {reading.number(beside):,} of this file is about the same child." if beside else question["text"]


def comes_to(row: DeliveryRow, reading: Reading) -> str:
    """What a row asks, or what it would do, in a line."""
    if row.questions:
        return " ".join(questions(row, reading))
    told = changes(row)
    return "; ".join(told[:SHOWN]) + (f"; and {len(told) - SHOWN} more" if len(told) > SHOWN else "") or "Agrees"


def changes(row: DeliveryRow) -> list[str]:
    """Everything that a row would change or leave, each in words."""
    return [told for change in row.changes if (told := _change(change))]


def _change(change: Mapping[str, Any]) -> str:
    do, was, now = change["do"], shown(change, "was"), shown(change, "now")
    label = str(Says(change["says"]).label) if change.get("says") in Says.values else ""
    if do in (Do.CONFIRM, "repeat"):
        return ""
    if do == Do.END:
        return f"{label}: ends on {now}"
    if do == Do.NOTHING:
        return f"{label}: {was or 'nothing'} stays, since {change.get('why', 'a rule says so')}; the file has {now}"
    return f"{label}: {was} becomes {now}" if was else f"{label}: {now}" if now else f"{label}: begins"


def shown(change: Mapping[str, Any], which: str) -> str:
    """The old or the new value, as people write it."""
    value = str(change.get(which, ""))
    if change.get("says") == Says.SEX:
        return str(Sex(value).label) if value in Sex.values else value
    try:
        return words.day(date.fromisoformat(value))
    except ValueError:
        return value


def _asked(row: DeliveryRow) -> str:
    if row.asked_of:
        return f"{row.asked_of.full_name} was asked"
    return "Put off" if row.put_off_at and row.outcome == Outcome.TO_DECIDE else ""


def beside(row: DeliveryRow, view: RecordView | None, other: RecordView | None = None) -> list[dict[str, Any]]:
    """What the file says and what the index has, thing by thing, with a second child beside it perhaps."""
    differing = {change["says"] for change in row.changes if change["do"] not in (Do.CONFIRM, "repeat")}
    lines = []
    for label, (said, says) in _said(row.claim).items():
        held, third = (_held(label, one) for one in (view, other))
        if not (said or held != NOTHING):
            continue
        is_different = bool(said and view) and (bool(says & differing) if row.changes else _differ(said, held))
        lines.append(
            {"key": label, "left": said, "right": held if view else "", "third": third, "is_different": is_different}
        )
    return lines


def _held(label: str, view: RecordView | None) -> str:
    return text(COMPARED[label](view)) if view else NOTHING


def _differ(said: str, held: str) -> bool:
    return held != NOTHING and said.casefold() not in held.casefold() and held.casefold() not in said.casefold()


def _said(claim: Mapping[str, str]) -> dict[str, tuple[str, set[str]]]:
    """Each thing that may be compared, as the file says it, and the kinds of change that are about it."""
    born = claim.get("date_of_birth", "")
    sex = claim.get("sex", "")
    return {
        "Name": (_joined(claim, "forename", "middle_names", "surname"), {Says.NAME}),
        "Other names": (
            _joined(claim, "preferred_forename", "preferred_surname", "former_surname"),
            {Says.PREFERRED_NAME},
        ),
        "Date of birth": (words.day(date.fromisoformat(born)) if born else "", {Says.BIRTH}),
        "Sex": (str(Sex(sex).label) if sex in Sex.values else sex, {Says.SEX}),
        "Home": (_place(claim), {Says.HOME}),
        "Carers": (_joined(claim, "carer_title", "carer_forename", "carer_surname", "telephone"), {Says.CARERS}),
        "School": (_spell(claim), {Says.SCHOOL}),
        "GP practice": (_joined(claim, "practice_code"), {Says.PRACTICE}),
        "Other education": (_joined(claim, "arrangement", "arrangement_detail"), {Says.ARRANGEMENT}),
        "Numbers": (", ".join(filter(None, (claim.get(key, "") for key in NUMBERS))), {Says.NUMBERS}),
    }


NUMBERS = ("upn", "former_upn", "uln", "nhs_number", "index_number")


def _joined(claim: Mapping[str, str], *keys: str) -> str:
    return " ".join(filter(None, (claim.get(key, "") for key in keys)))


def _place(claim: Mapping[str, str]) -> str:
    road = _joined(claim, "paon", "street")
    return ", ".join(filter(None, (claim.get("saon", ""), road, claim.get("town", ""), claim.get("postcode", ""))))


def _spell(claim: Mapping[str, str]) -> str:
    days = [("from", "entry_date"), ("until", "leaving_date")]
    told = [f"{word} {words.day(date.fromisoformat(claim[key]))}" for word, key in days if claim.get(key)]
    named = [f"school {claim[key]}" for key in ("urn", "laestab") if claim.get(key)][:1]
    year = [f"year {claim['year_group']}"] if claim.get("year_group") else []
    return ", ".join((*named, *year, *told))


def effects(reading: Reading) -> list[str]:
    """What applying a file would do, counted: rows that need a person, or another person, are not in it."""
    delivery = reading.delivery
    with connection.cursor() as cursor:
        cursor.execute(EFFECTS, [delivery.pk, list(WILL_DO), delivery.is_applied, sorted(reading.hidden)])
        found = Counter({(do, kind): number for do, kind, number in cursor.fetchall()})
    rows = reading.rows.filter(outcome__in=WILL_DO, for_custodians=False)
    rows = rows.filter(waits=True) if delivery.is_applied else rows
    new = rows.filter(child=None).count()
    told = [f"{words.count(new, 'child', 'children')} would be added"] if new else []
    for do, verb in VERBS.items():
        for kind, name in NAMED.items():
            if number := found[do, str(kind)]:
                told.append(f"{words.count(number, name, PLURALS.get(kind, ''))} {verb}")
    if number := found[Do.SET, "child"]:
        told.append(f"{words.count(number, 'date of birth or sex', 'dates of birth or sexes')} would be corrected")
    if number := found[Do.SET, "carer"]:
        told.append(f"{words.count(number, 'telephone or e-mail', 'telephones or e-mails')} of carers would change")
    confirmed = rows.filter(outcome=Outcome.CONFIRMED, number__isnull=False).count()
    if confirmed:
        told.append(f"{words.count(confirmed, 'row')} would only confirm what the index has")
    return told
