"""How sure the index is of where the children are whom a service knows, for the service's own people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from agencies import roles
from agencies.belonging import practices_of
from agencies.caseload import caseload
from agencies.known_to import CODE
from agencies.views.asking import services_address
from childindex.accounts.permissions import requires
from registry import access
from registry.access.noting import context_of
from registry.disclosure import shielded_among
from registry.views.own_whereabouts import Group, own_board
from registry.whereabouts.board import CARER, HOME, PRACTICE, SCHOOL

SECTION = "agencies:caseload"


@never_cache
@requires(roles.KNOWN)
def own_whereabouts(request: HttpRequest) -> HttpResponse:
    """Of how many of the children known to one's service it is known where they are. Nobody behind a shield."""
    to = context_of(request)
    ids = {one.child_id for one in caseload(to, whole_service=True)} - to.family
    services = [one.service for one in practices_of(to.user)]
    access.note(request, kind="listed", asked={"page": "own whereabouts"})
    group = Group(
        children=sorted(ids - shielded_among(ids)),
        things=(HOME, CARER, SCHOOL, PRACTICE),
        code=CODE.format(id=services[0].pk) if len(services) == 1 else "",
        noun="child",
        page=lambda child: services_address(child.index_number),
    )
    names = ", ".join(str(one) for one in services)
    context = {"names": names, "section": SECTION, **own_board(request, group)}
    return render(request, "agencies/whereabouts.html", context)
