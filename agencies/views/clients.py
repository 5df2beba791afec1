"""A service's client lists: sent, and how far each has been read.

Of whom a list means nothing is said here, neither in a count nor by how far the list has come: the same stands here
whoever is on it. The work of reading it is asked for in nobody's name: whoever asks for work reads what came of it.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from agencies import clients, roles
from agencies.belonging import services_of, source_of
from agencies.forms import ClientListForm
from agencies.listed import NOT_READ, TAKEN
from agencies.models import Service
from agencies.views.services import OURS
from childindex import words
from childindex.accounts.permissions import requires
from registry.intake import jobs
from registry.intake.receiving import AlreadyReceived, CannotReceive
from registry.intake.telling import problems_of
from registry.models import Delivery, DeliveryRow, Stage
from registry.views.merging import user_of

ON_A_PAGE = 50
COLUMNS = ["List", "As of", {"text": "Rows", "numeric": True}, "Now"]
PROBLEMS = [{"text": "Row", "numeric": True}, "Field", "What is wrong", "The row was"]
RECEIVED = "Received"
SAID = {
    Stage.RECEIVED: "It has come, and will be read.",
    Stage.CHECKED: "It is being read.",
    Stage.UNDONE: "The council has taken it back. Ask the index team why.",
}
ELSE = "It has been received. Whom it names, you find under My children, in the words of your list."


def _own(request: HttpRequest, service_id: int) -> Service:
    service = get_object_or_404(Service, pk=service_id)
    if service.pk not in services_of(user_of(request)):
        raise PermissionDenied("This is not your service.")
    return service


def _of(service: Service) -> QuerySet[Delivery]:
    found = Delivery.objects.filter(feed__code__in=clients.FEEDS, source=source_of(service))
    return found.select_related("feed", "source")


@never_cache
@requires(roles.KNOWN)
def client_lists(request: HttpRequest, service_id: int) -> HttpResponse:
    """Send a list, and see those that were sent."""
    service = _own(request, service_id)
    form = ClientListForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    came_before = ""
    if form.is_bound and form.is_valid():
        said, by = form.cleaned_data, user_of(request)
        file = said["file"]
        try:
            sent = clients.send(
                file, name=file.name, service=service, is_full=said["whole"] == "full", as_of=said["as_of"], by=by
            )
        except AlreadyReceived as before:
            came_before = reverse("agencies:client_list", args=[service.pk, before.delivery.pk])
            form.add_error("file", str(before))
        except CannotReceive as refusal:
            form.add_error("file", str(refusal))
        else:
            jobs.ask_to_read(sent, None)
            return redirect("agencies:client_list", service.pk, sent.pk)
    page = Paginator(_of(service).order_by("-received_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "service": service,
        "form": form,
        "came_before": came_before,
        "rows": [_line(service, one) for one in page],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "list"),
        "page": page,
        "section": OURS,
    }
    return render(request, "agencies/client_lists.html", context)


def _line(service: Service, one: Delivery) -> list[Any]:
    return [
        {"text": one.name, "href": reverse("agencies:client_list", args=[service.pk, one.pk]), "note": str(one.feed)},
        words.day(one.as_of),
        {"text": f"{one.rows:,}", "numeric": True},
        {"text": "", "tag": _stage(one), "tone": "alert" if one.stage == Stage.REFUSED else ""},
    ]


def _stage(one: Delivery) -> str:
    """How far a list is, as far as it does not depend on whom it means: held, compared and applied are one."""
    return RECEIVED if one.stage in TAKEN else str(one.get_stage_display())


@never_cache
@requires(roles.KNOWN)
def client_list(request: HttpRequest, service_id: int, delivery_id: int) -> HttpResponse:
    """One list: how many rows came, and what could not be read of them, row by row. Nothing of whom they mean."""
    service = _own(request, service_id)
    found = get_object_or_404(_of(service), pk=delivery_id)
    page = Paginator(_unread(found), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "service": service,
        "delivery": found,
        "said": found.refusal or SAID.get(Stage(found.stage), ELSE),
        "is_refused": found.stage == Stage.REFUSED,
        "is_read": found.stage in (*TAKEN, Stage.UNDONE),
        "job": jobs.under_way(found) if found.stage in (Stage.RECEIVED, Stage.CHECKED) else None,
        "facts": _counted(found),
        "rows": [_problem(*problem) for row in page for problem in problems_of(row)],
        "columns": PROBLEMS,
        "caption": words.count(page.paginator.count, "row"),
        "page": page,
        "section": OURS,
    }
    return render(request, "agencies/client_list.html", context)


def _problem(number: int, field: str, code: str, sentence: str, was: str) -> list[Any]:
    return [{"text": f"{number:,}", "numeric": True}, field, sentence, was]


def _unread(found: Delivery) -> QuerySet[DeliveryRow]:
    """The rows of which something could not be read, as they came: not those refused for whom they mean."""
    return found.all_rows.filter(~Q(problems=[]) | NOT_READ, number__isnull=False).order_by("number")


def _counted(found: Delivery) -> list[dict[str, str]]:
    """What is told of every list alike, whoever is on it."""
    lost = found.all_rows.filter(NOT_READ, number__isnull=False).count()
    told = [("Rows sent", found.rows), ("Could not be read", lost), (RECEIVED, found.rows - lost)]
    return [{"key": key, "value": f"{value:,}"} for key, value in told]
