"""The roll online: a school's pupils as the council has them, by class, and their confirming."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from registry import access
from registry.access.noting import context_of
from registry.models import School
from registry.views.merging import user_of
from schools.roles import CONFIRM, DECLARE, SEE
from schools.rolls.confirming import confirm
from schools.rolls.due import Due, due_of
from schools.rolls.reading import Pupil, roll_of
from schools.rolls.scope import schools_of

SECTION = "schools:roll"
COLUMNS = ["Name", "Born", "UPN", "Address", "Carers", "Missing or doubted", "Confirmed"]
WITHHELD = "Withheld. Ask the index team."
FAMILY = "Of your own family: a colleague sees to it."
CLAIMED = "Shown once it is settled whose pupil this is."


@requires(SEE)
def roll(request: HttpRequest) -> HttpResponse:
    """The roll of one's own school; of several, which."""
    found = list(schools_of(user_of(request)))
    if len(found) == 1:
        return redirect("schools:roll_of", found[0].urn)
    return render(request, "schools/rolls/schools.html", {"schools": found, "section": SECTION})


def own_school(request: HttpRequest, urn: int) -> School:
    """The school of an address, if this person has a post there. Raises Http404 for any other."""
    school = schools_of(user_of(request)).filter(urn=urn).first()
    if school is None:
        raise Http404("No school of yours has this number.")
    return school


@never_cache
@requires(SEE)
def roll_page(request: HttpRequest, urn: int) -> HttpResponse:
    """A class at a time: whom the school has, and how far the roll is confirmed."""
    school = own_school(request, urn)
    due = due_of(school)
    since, pupils = due.since, roll_of(school, to=context_of(request))
    groups = list(dict.fromkeys(pupil.group for pupil in pupils))
    present = [pupil for pupil in pupils if not pupil.is_to_come]
    group = request.GET.get("class", "")
    group = group if group in groups else next(iter(_unfinished(pupils, since)), groups[0] if groups else "")
    access.note(request, kind="listed", asked={"page": "roll", "school": school.urn, "class": group})
    shown = [pupil for pupil in pupils if pupil.group == group]
    to_confirm = [one for one in shown if one.can_be_confirmed and not (one.is_confirmed(since) or one.doubted)]
    context = {
        "school": school,
        "group": group,
        "due": due,
        "tabs": _tabs(school, pupils, groups, group, since),
        "rows": [_row(school, pupil, since) for pupil in shown],
        "columns": COLUMNS,
        "caption": f"{group}: {words.count(len(shown), 'pupil')}",
        "own_words": sum(pupil.is_own_word for pupil in shown),
        "done": sum(pupil.is_confirmed(since) for pupil in present),
        "total": len(present),
        "to_go": _to_go(present, due),
        "is_anybody_here": bool(pupils),
        "may_declare": user_of(request).may(DECLARE),
        "to_confirm": [pupil.enrolment_id for pupil in to_confirm] if user_of(request).may(CONFIRM) else [],
        "section": SECTION,
    }
    return render(request, "schools/rolls/roll.html", context)


def _unfinished(pupils: list[Pupil], since: date) -> list[str]:
    return list(dict.fromkeys(one.group for one in pupils if not (one.is_explained(since) or one.is_to_come)))


def _tabs(school: School, pupils: list[Pupil], groups: list[str], current: str, since: date) -> list[dict[str, Any]]:
    """The classes, each with how many of its pupils are still to be confirmed."""
    return [
        {
            "text": group,
            "href": _address(school, group),
            "current": group == current,
            "count": sum(one.group == group and not (one.is_explained(since) or one.is_to_come) for one in pupils)
            or None,
        }
        for group in groups
    ]


def _address(school: School, group: str = "") -> str:
    address = reverse("schools:roll_of", args=[school.urn])
    return f"{address}?{urlencode({'class': group})}" if group else address


def _to_go(pupils: list[Pupil], due: Due) -> str:
    """What is left, in words: by class, what is doubted, and what is with the council."""
    left = [pupil for pupil in pupils if not pupil.is_explained(due.since)]
    told_of = sum(not pupil.is_confirmed(due.since) for pupil in pupils) - len(left)
    with_council = f" Of {words.count(told_of, 'pupil')} you have told the council something." if told_of else ""
    if not left:
        others = "Every other pupil" if told_of else "Every pupil"
        return f"{others} is confirmed {due}.{with_council}"
    by_group: dict[str, int] = {}
    for pupil in left:
        by_group[pupil.group] = by_group.get(pupil.group, 0) + 1
    most = sorted(by_group.items(), key=lambda one: -one[1])[:4]
    told = [f"{count:,} in {group}" for group, count in most]
    doubted = sum(bool(pupil.doubted) for pupil in left)
    also = f" {words.sentence(words.count(doubted, 'pupil'))} of them {'is' if doubted == 1 else 'are'} doubted."
    rest = f" and in {words.count(len(by_group) - 4, 'other class', 'other classes')}" if len(by_group) > 4 else ""
    return f"{len(left):,} to go: {', '.join(told)}{rest}.{also if doubted else ''}{with_council}"


def _row(school: School, pupil: Pupil, since: date) -> list[Any]:
    child = pupil.child
    born = f"{words.day(child.date_of_birth)} ({child.age})" if child.date_of_birth else "Not known"
    (tag, tone), hidden = _standing(pupil, since), hidden_because(pupil)
    href = reverse("schools:pupil", args=[school.urn, pupil.enrolment_id])
    return [
        {"text": pupil.name, "href": href, "note": _moves(pupil)},
        born,
        hidden or pupil.upn,
        hidden or pupil.address,
        hidden or "; ".join(pupil.carers),
        doubts_of(pupil),
        {
            "text": words.day(pupil.confirmed_on) if pupil.confirmed_on else "",
            "tag": tag,
            "tone": tone,
        },
    ]


def _standing(pupil: Pupil, since: date) -> tuple[str, str]:
    if pupil.is_confirmed(since):
        return "Confirmed", "good"
    if pupil.reported:
        return "Told the council", ""
    return ("To come", "") if pupil.is_to_come else ("To confirm", "alert")


def hidden_because(pupil: Pupil) -> str:
    """Why nothing is shown, where nothing is."""
    if pupil.is_of_family:
        return FAMILY
    if pupil.is_withheld:
        return WITHHELD
    return CLAIMED if pupil.is_claimed_elsewhere else ""


def _moves(pupil: Pupil) -> str:
    if pupil.leaving_date:
        return f"leaves on {words.day(pupil.leaving_date)}"
    if pupil.is_to_come:
        return f"comes on {words.day(pupil.entry_date)}" if pupil.entry_date else ""
    return f"since {words.day(pupil.entry_date)}" if pupil.entry_date else ""


def doubts_of(pupil: Pupil) -> str:
    told = [f"You have given no {what}" if pupil.is_own_word else f"No {what}" for what in pupil.missing]
    told += ["On another school’s roll too: the council settles it"] if pupil.is_claimed_elsewhere else []
    told += [f"Two sources disagree about the {what}" for what in pupil.doubted if what != "school"]
    return ". ".join(told)


@requires(CONFIRM)
@require_POST
def roll_confirm(request: HttpRequest, urn: int) -> HttpResponse:
    """Confirm the pupils whom the page has shown; who has left the roll meanwhile is left out."""
    school, context = own_school(request, urn), context_of(request)
    pupils = roll_of(school, to=context)
    enrolments = {int(text) for text in request.POST.getlist("pupil") if text.isascii() and text.isdigit()}
    count = confirm(school, pupils, enrolments=enrolments, by=user_of(request))
    access.note(request, kind="edited", asked={"page": "roll", "school": school.urn, "confirmed": count})
    if count:
        messages.success(request, f"{words.sentence(words.count(count, 'pupil'))} confirmed.")
    else:
        messages.warning(request, "Nobody was confirmed: the roll has changed meanwhile. Look at it again.")
    return redirect(_address(school))
