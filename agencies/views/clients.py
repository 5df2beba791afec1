"""A service's client lists: sent, and what came of each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from agencies import clients, roles
from agencies.belonging import services_of, source_of
from agencies.forms import ClientListForm
from agencies.models import Involvement, Service
from agencies.views.services import OURS
from childindex import words
from childindex.accounts.permissions import requires
from registry.intake import jobs
from registry.intake.receiving import AlreadyReceived, CannotReceive
from registry.intake.seeing import UNREADABLE
from registry.intake.telling import problems_of
from registry.models import Delivery, Outcome, Stage
from registry.views.merging import user_of

ON_A_PAGE = 50
COLUMNS = ["List", "As of", {"text": "Rows", "numeric": True}, "Now"]
PROBLEMS = [{"text": "Row", "numeric": True}, "Field", "What is wrong", "The row was"]
SAID = {
    Stage.RECEIVED: "It has come, and will be read.",
    Stage.CHECKED: "It is being compared with the index.",
    Stage.COMPARED: "It has been compared. The council will apply it.",
    Stage.HELD: "It would change more than lists usually do, so the council looks at it first.",
    Stage.APPLIED: "It has been applied: whoever could be found is known to you.",
    Stage.UNDONE: "The council has taken it back. Ask the index team why.",
}


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
            jobs.ask_to_read(sent, by)
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
        {"text": "", "tag": one.get_stage_display(), "tone": "alert" if one.stage == Stage.REFUSED else ""},
    ]


@never_cache
@requires(roles.KNOWN)
def client_list(request: HttpRequest, service_id: int, delivery_id: int) -> HttpResponse:
    """One list: how many were found, who could not be, and what could not be read, row by row."""
    service = _own(request, service_id)
    found = get_object_or_404(_of(service), pk=delivery_id)
    page = Paginator(found.all_rows.filter(UNREADABLE).order_by("number"), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "service": service,
        "delivery": found,
        "said": found.refusal or SAID[Stage(found.stage)],
        "is_refused": found.stage == Stage.REFUSED,
        "is_read": found.stage not in (Stage.RECEIVED, Stage.REFUSED, Stage.CHECKED),
        "job": jobs.under_way(found),
        "facts": _counted(service, found),
        "rows": [_problem(*problem) for row in page for problem in problems_of(row)],
        "columns": PROBLEMS,
        "caption": words.count(page.paginator.count, "row"),
        "page": page,
        "section": OURS,
    }
    return render(request, "agencies/client_list.html", context)


def _problem(number: int, field: str, code: str, sentence: str, was: str) -> list[Any]:
    return [{"text": f"{number:,}", "numeric": True}, field, sentence, was]


def _counted(service: Service, found: Delivery) -> list[dict[str, str]]:
    known = found.all_rows.exclude(child=None).filter(outcome__in=[Outcome.CONFIRMED, Outcome.CHANGED, Outcome.JOINED])
    missing = Involvement.objects.filter(service=service, to_date=None, missing_since=found.as_of).count()
    rows = [
        ("Known to you", f"{known.count():,}"),
        ("Nobody can be sure of: the index team decides", f"{found.to_decide:,}"),
        ("Could not be used", f"{found.refused:,}"),
        ("Known to you before, and not on this list", f"{missing:,}"),
    ]
    return [{"key": key, "value": value} for key, value in rows]
