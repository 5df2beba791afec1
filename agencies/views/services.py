"""Organisations and services, and who works for them: set up by the council, looked after by their managers.

Whoever invites by address learns nothing of whether it has an account (`childindex.accounts.offers`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from agencies import overriding, roles
from agencies.belonging import practices_of
from agencies.forms import InviteForm, KindForm, RightForm, ServiceForm
from agencies.models import ConcernKind, PracticeOffer, Practitioner, Service
from agencies.views.asking import Asked, ask
from childindex import acts, words
from childindex import roles as all_roles
from childindex.accounts import offers
from childindex.accounts.changes import CannotChange
from childindex.accounts.permissions import requires
from childindex.accounts.views import letter
from childindex.models import Source, User
from childindex.models.users import UserState
from registry.views.merging import user_of

SECTION, OURS = "agencies:services", "agencies:our_service"
COLUMNS = ["Service", "Organisation", "Telephone", "People", "Now"]


@requires(roles.SET_UP)
def services(request: HttpRequest) -> HttpResponse:
    """Every service, those in use first."""
    found = (
        Service.objects.select_related("organisation").prefetch_related("practitioners").order_by("-is_active", "name")
    )
    rows = [_line(one) for one in found]
    context = {"rows": rows, "columns": COLUMNS, "caption": words.count(len(rows), "service"), "section": SECTION}
    return render(request, "agencies/services.html", context)


def _line(one: Service) -> list[Any]:
    people_of = [each for each in one.practitioners.all() if each.ended_on is None]
    tag = "Not in use" if not one.is_active else "Sensitive" if one.is_sensitive else ""
    name = {"text": one.name, "href": reverse("agencies:service", args=[one.pk]), "note": str(one.get_kind_display())}
    count = {"text": f"{len(people_of):,}", "numeric": True}
    return [name, str(one.organisation), one.rung_at, count, {"text": "", "tag": tag, "tone": "stale"}]


@requires(roles.SET_UP)
def service_change(request: HttpRequest, service_id: int | None = None) -> HttpResponse:
    """Set up a service, or change how it is reached."""
    held = get_object_or_404(Service, pk=service_id) if service_id is not None else None
    form = ServiceForm(request.POST or None, instance=held)
    back = reverse("agencies:service", args=[held.pk]) if held else reverse(SECTION)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["name"]
        with acts.act(by=user_of(request), source=Source.council(), reason_code="service_set_up", reason=reason):
            saved = form.write()
        messages.success(request, f"{saved} is saved.")
        return redirect("agencies:service", saved.pk)
    title = f"Change {held}" if held else "Set up a service"
    return ask(request, form, Asked(title, "", "Save", back), section=SECTION)


@requires(roles.SET_UP)
def concern_kinds(request: HttpRequest) -> HttpResponse:
    """The kinds of concern that practitioners choose from: added, taken out of use, and taken up again."""
    form = KindForm(request.POST if "add" in request.POST else None)
    said: dict[str, Any] = {"by": user_of(request), "source": Source.council(), "reason_code": "service_set_up"}
    if request.method == "POST" and "add" not in request.POST:
        number = request.POST.get("kind", "")
        kind = ConcernKind.objects.filter(pk=number).first() if number.isdecimal() else None
        if kind is not None:
            with acts.act(**said, reason=kind.name):
                kind.is_active = not kind.is_active
                kind.save()
            messages.success(request, f"{kind} is {'in use again' if kind.is_active else 'not offered any more'}.")
        return redirect("agencies:concern_kinds")
    if form.is_bound and form.is_valid():
        with acts.act(**said, reason=form.cleaned_data["name"]):
            made = form.save()
        messages.success(request, f"{made} can be chosen now.")
        return redirect("agencies:concern_kinds")
    context = {"kinds": ConcernKind.objects.order_by("-is_active", "name"), "form": form, "section": SECTION}
    return render(request, "agencies/concern_kinds.html", context)


@requires(roles.KNOWN)
def our_service(request: HttpRequest) -> HttpResponse:
    """The service of whoever asks; of several, which."""
    found = list(practices_of(user_of(request)))
    if len(found) == 1:
        return redirect("agencies:service", found[0].service_id)
    return render(request, "agencies/our_services.html", {"practices": found, "section": OURS})


@requires(roles.SEE)
def service(request: HttpRequest, service_id: int) -> HttpResponse:
    """One service: how it is reached, and its people; its manager invites, suspends and ends."""
    by = user_of(request)
    held = get_object_or_404(Service.objects.select_related("organisation"), pk=service_id)
    own = {one.service_id for one in practices_of(by)}
    may_set_up = by.may(roles.SET_UP)
    if not (may_set_up or (by.may(roles.KNOWN) and held.pk in own)):
        raise PermissionDenied("This is not your service.")
    may_manage = may_set_up or by.may(roles.MANAGE)
    if request.method == "POST" and not may_manage:
        raise PermissionDenied("The manager of your service does this.")
    form = InviteForm(request.POST if "invite" in request.POST else None)
    if request.method == "POST" and "invite" not in request.POST:
        (_take_back if "take_back" in request.POST else _change)(request, held, by)
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        _invite(request, form, held, by)
        return redirect(request.path)
    posts = Practitioner.objects.filter(service=held, ended_on=None).select_related("user")
    waiting = overriding.waiting_for_right() if may_set_up else set()
    context = {
        "service": held,
        "facts": _facts(held),
        "offered": _offered(held) if may_manage else [],
        "people": [_person(one, by, waiting, may_manage=may_manage) for one in posts],
        "form": form if may_manage else None,
        "may_set_up": may_set_up,
        "may_send": held.pk in own and not held.is_sensitive,
        "section": SECTION if may_set_up else OURS,
    }
    return render(request, "agencies/service.html", context)


def _facts(held: Service) -> list[dict[str, str]]:
    rows = [
        ("Organisation", str(held.organisation)),
        ("What it does", str(held.get_kind_display())),
        ("Telephone", held.telephone),
        ("Duty telephone", held.duty_telephone),
        ("Email", held.email),
        ("Hours", held.hours),
        ("Lawful gateway", held.gateway),
        ("Sensitive", "Yes: named to its own people alone" if held.is_sensitive else ""),
        ("Told of every concern", "Yes" if held.hears_concerns else ""),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _person(one: Practitioner, by: User, waiting: Collection[int], *, may_manage: bool) -> dict[str, Any]:
    """One of the people; `waiting` are the accounts whose right to override waits for approval."""
    waits = one.user_id in waiting
    state = "Suspended" if one.is_suspended else ""
    if one.user.state != UserState.ACTIVE:
        state = str(one.user.get_state_display())
    due = one.user.overdue_reviews()
    return {
        "practitioner": one,
        "role": all_roles.label(one.user.role),
        "state": state,
        "due": f"{words.sentence(words.listed(due))} to be reviewed" if due else "",
        "may_change": may_manage and one.user != by,
        "right_page": "" if waits else reverse("agencies:override_right", args=[one.service_id, one.pk]),
        "right_waits": waits,
    }


def _offered(held: Service) -> list[dict[str, Any]]:
    found = PracticeOffer.objects.open().filter(service=held)
    return [{"offer": offer, "role": all_roles.label(offer.role)} for offer in found]


def _invite(request: HttpRequest, form: InviteForm, held: Service, by: User) -> None:
    """Offer work for a service to an address. What is said of it is the same whether it has an account or not."""
    said, site = form.cleaned_data, f"{request.scheme}://{request.get_host()}"
    with letter(request, said["email"]):
        offers.make(PracticeOffer, by=by, site=site, service=held, **said)
    told = f"{said['email']} is written to. They stand below as invited until they take it up."
    messages.success(request, told)


def _take_back(request: HttpRequest, held: Service, by: User) -> None:
    """An invitation to this service does not stand any more."""
    number = request.POST.get("take_back", "")
    offer = PracticeOffer.objects.open().filter(service=held, pk=number).first() if number.isdecimal() else None
    if offer is not None:
        offers.take_back(offer, by=by)
        messages.success(request, f"{offer} is not invited any more.")


@requires(roles.SET_UP)
def override_right(request: HttpRequest, service_id: int, practitioner_id: int) -> HttpResponse:
    """Ask that somebody may override shields for a service; a second person approves it."""
    found = Practitioner.objects.filter(service_id=service_id, ended_on=None).select_related("user", "service")
    one = get_object_or_404(found, pk=practitioner_id)
    form, back = RightForm(request.POST or None), reverse("agencies:service", args=[service_id])
    if request.method == "POST" and form.is_valid():
        try:
            overriding.ask_for_right(one, reason=form.cleaned_data["reason"], by=user_of(request))
        except CannotChange as refusal:
            form.add_error(None, str(refusal))
        else:
            told = f"{one.user} may override a shield once a second person has approved it. They were written to."
            messages.success(request, told)
            return redirect(back)
    lead = (
        "They could look behind the shield of any child, each time with a reason that is investigated. Another data"
        " manager or information governance approves it first; both of you and they are written to."
    )
    asked = Asked(f"Let {one.user} override shields?", lead, "Ask for approval", back)
    return ask(request, form, asked, section=SECTION)


def _change(request: HttpRequest, held: Service, by: User) -> None:
    """Suspend somebody's work for the service, take it up again, or end it."""
    doing, _, number = next((name for name in request.POST if "-" in name), "").partition("-")
    found = Practitioner.objects.filter(service=held, ended_on=None).exclude(user=by)
    one = found.filter(pk=number).select_related("user").first() if number.isdecimal() else None
    told = {
        "suspend": "sees nothing as one of the service until you take it back.",
        "resume": "works for the service again.",
        "distrust": "may not override a shield any more.",
        "end": "does not work for the service any more.",
    }
    if one is None or doing not in told or (doing == "distrust" and not by.may(roles.SET_UP)):
        messages.warning(request, "Nothing was changed. Your own work for the service is ended by the council.")
        return
    reason = f"{one.user} {told[doing]}"[:200]
    if doing == "distrust":
        overriding.take_right(one, by=by)
    else:
        with acts.act(by=by, source=Source.council(), reason_code="practitioner_ended", reason=reason):
            one.may_override = one.may_override and doing != "end"
            one.is_suspended = doing == "suspend"
            one.ended_on = timezone.localdate() if doing == "end" else None
            one.save()
    messages.success(request, reason)
