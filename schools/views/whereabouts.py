"""How sure the index is of where a school's pupils are, for the school's own people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from childindex.accounts.permissions import requires
from registry import access
from registry.access.noting import context_of
from registry.views.own_whereabouts import Group, own_board
from registry.whereabouts.board import CARER, HOME, SCHOOL
from schools.returns.belonging import CODE
from schools.roles import SEE
from schools.rolls.reading import known_on_roll
from schools.views.pupils import page_of
from schools.views.rolls import SECTION, own_school

THINGS = (HOME, CARER, SCHOOL)
"""A school is told nothing of its pupils' GP practices."""


@never_cache
@requires(SEE)
def own_whereabouts(request: HttpRequest, urn: int) -> HttpResponse:
    """Of how many pupils home, carer and school are known, and about whom to ask first. Nobody behind a shield.

    Of whom nobody but the school has placed there it is told nothing that it has not said itself.
    """
    school, to = own_school(request, urn), context_of(request)
    pupils, others = known_on_roll(school, to=to)
    access.note(request, kind="listed", asked={"page": "own whereabouts", "school": school.urn})
    group = Group(
        children=list(pupils),
        things=THINGS,
        code=CODE.format(urn=school.urn),
        noun="pupil",
        page=lambda child: page_of(school, pupils[child.child_id]),
        helps={SCHOOL: "Say whether they are still with you: confirm your roll."},
    )
    context = {"school": school, "others": others, "section": SECTION, **own_board(request, group)}
    return render(request, "schools/rolls/whereabouts.html", context)
