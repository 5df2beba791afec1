"""The page on which a file that was applied is undone: what would happen, what was built on it since, and the deed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Summary
from registry.intake import jobs
from registry.intake.undoing import LEAVE, SET_BACK, WHYS, Collision, Rehearsal, rehearse
from registry.merging.forms import ChoicesForm
from registry.merging.wording import Asked
from registry.models import FactKind
from registry.views.claims import NAMED, PLURALS
from registry.views.deliveries import PERMISSION, SECTION, address_of, opened
from registry.views.merging import user_of

SHOWN = 20
COLUMNS = ["Child", "What", "Built on it since"]
WHY = "Why is this file undone?"
CHOICES = ((LEAVE, "Leave it as it is now"), (SET_BACK, "Set it back all the same"))


@never_cache
@requires(PERMISSION)
def delivery_undo(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Show in numbers what undoing would do, ask about what was built on it, and have it done."""
    found, to, officer = opened(request, delivery_id).delivery, context_of(request), user_of(request)
    doing = "undo" if request.method == "POST" else "rehearse"
    access.note(request, kind="edited", asked={"page": "file", "delivery": found.pk, "doing": doing})
    rehearsal = rehearse(found, by=officer, behind_shields=to.may_see_shielded)
    children = disclosure.disclose(_named(rehearsal.collisions), to=to)
    asked = list(_asked(rehearsal.collisions, children))
    form = ChoicesForm(request.POST if request.method == "POST" else None, asked=asked, why=WHY)
    job = jobs.under_way(found)
    if request.method == "POST" and not rehearsal.stops and not job and form.is_valid():
        jobs.ask_to_undo(found, officer, form.reason, form.choices)
        return redirect(address_of(found))
    context = {
        "delivery": found,
        "stops": ("Something is being done with this file now. Wait until it is finished.",)
        if job
        else rehearsal.stops,
        "effects": effects(rehearsal),
        "collisions": [_line(one, children) for one in rehearsal.collisions[:SHOWN]],
        "more": max(len(rehearsal.collisions) - SHOWN, 0),
        "columns": COLUMNS,
        "form": form,
        "back": address_of(found),
        "section": SECTION,
    }
    return render(request, "registry/deliveries/undo.html", context)


def effects(rehearsal: Rehearsal) -> list[str]:
    """What undoing would do, each kind of thing in a sentence with its number."""
    told = []
    if number := rehearsal.children_gone:
        told.append(f"{words.count(number, 'child', 'children')} whom this file added would go")
    if number := rehearsal.children_kept:
        kept = words.count(number, "child", "children")
        told.append(f"{kept} whom it added would stay, since something else rests on the record")
    for counts, verb in (
        (rehearsal.taken, "would be taken away"),
        (rehearsal.reopened, "that it ended would stand again"),
        (rehearsal.set_back, "would be set back to what they were"),
    ):
        told += [f"{_counted(kind, number)} {verb}" for kind, number in counts.items()]
    if number := rehearsal.confirmations:
        told.append(f"{words.count(number, 'confirmation')} would no longer count")
    if number := rehearsal.corrections_taken:
        told.append(f"{words.count(number, 'correction')} would no longer be asked of the source")
    if number := rehearsal.corrections_reopened:
        told.append(f"{words.count(number, 'correction')} would be asked of the source again")
    if number := rehearsal.forgotten:
        told.append(f"{words.count(number, 'fact')} would stay: what was there before is no longer kept")
    return told


def _counted(kind: str, number: int) -> str:
    if kind in ("child", "carer"):
        return words.count(number, kind, {"child": "children"}.get(kind, ""))
    return words.count(number, NAMED[FactKind(kind)], PLURALS.get(FactKind(kind), ""))


def _named(collisions: Sequence[Collision]) -> list[int]:
    return [one.child_id for one in collisions[:SHOWN] if one.child_id]


def _line(collision: Collision, children: Mapping[int, Summary]) -> list[Any]:
    child = children.get(collision.child_id or 0)
    whom = {"text": child.name, "href": child.url, "note": child.index_number} if child else "A carer or an address"
    return [whom, _what(collision), WHYS[collision.why]]


def _what(collision: Collision) -> str:
    if collision.rows > 1 or collision.model == "child":
        return "The record"
    kind = collision.model
    return words.sentence(NAMED[FactKind(kind)]) if kind in FactKind.values else words.sentence(kind)


def _asked(collisions: Sequence[Collision], children: Mapping[int, Summary]) -> Iterator[Asked]:
    """One question for each collision where they are few, and one for each reason where they are many."""
    if len(collisions) <= SHOWN:
        for one in collisions:
            child = children.get(one.child_id or 0)
            label = f"{child.name}: {words.inside(_what(one))}" if child else _what(one)
            yield _question(one.key, label, WHYS[one.why])
        return
    by_why: dict[str, int] = defaultdict(int)
    for one in collisions:
        by_why[one.why] += 1
    for why, number in by_why.items():
        yield _question(why, f"{WHYS[why]}: {words.count(number, 'case')}", "The answer holds for all of them.")


def _question(key: str, label: str, hint: str) -> Asked:
    return Asked(key=key, label=label, choices=CHOICES, initial=LEAVE, help_text=hint)
