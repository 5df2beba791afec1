"""Services and concerns on a child's record, and what a practitioner says there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from agencies import brokering, involving, listed, overriding, raising, roles
from agencies.belonging import practices_of, services_of
from agencies.brokering import CannotBroker
from agencies.forms import ConcernForm, ContactForm, EndForm, HandOverForm, KnownForm, WithdrawForm
from agencies.involved import Involved, InvolvementView, involved
from agencies.involving import CannotSay
from agencies.models import Concern, Involvement
from agencies.raising import CannotRaise, Raised
from agencies.views.asking import Asked, ask, services_address, services_page, summary_of
from childindex import words
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context, RecordView
from registry.models import Child, Slot
from registry.sections import Section
from registry.views.opening import of_child

FINDING = "agencies:find"


def content(request: HttpRequest, view: RecordView) -> dict[str, Any]:
    """The page *Services and concerns*."""
    to = context_of(request)
    found = involved([view.child_id], to=to).get(view.child_id, Involved())
    number, has_practice = view.index_number, practices_of(to.user).exists()
    may_say = to.may(roles.KNOWN) and has_practice and not view.superseded_by
    asks = brokering.visible(to).filter(child=view.child_id)
    return {
        "involved": found,
        "rows": [*_universal(view), *(_row(number, one) for one in found.now)],
        "ended": [_row(number, one) for one in found.before],
        "concerns": [concern_row(one, to) for one in raising.visible(to).filter(child=view.child_id)],
        "closed_concerns": [
            concern_row(one, to) for one in raising.visible(to, closed=True).filter(child=view.child_id)
        ],
        "known": reverse("agencies:known", args=[number]) if may_say else "",
        "raise": reverse("agencies:concern_raise", args=[number]) if may_say else "",
        "broker": reverse("agencies:contact_ask", args=[number])
        if may_say and (found.has_sensitive or found.is_withheld)
        else "",
        "contact_requests": [_request(one) for one in asks[:5]] if to.may(roles.KNOWN) else [],
        "front_door": settings.FRONT_DOOR_TELEPHONE,
        "household": _household(view, to),
        "override": reverse("agencies:override", args=[number])
        if found.is_withheld and overriding.right_of(to.user)
        else "",
    }


SECTION = Section("services", "Services and concerns", roles.SEE, "agencies/record.html", content, is_page=True)


def tags(request: HttpRequest, view: RecordView) -> list[dict[str, str]]:
    """That a cause for concern is open, to those who may read it."""
    is_open = raising.visible(context_of(request)).filter(child=view.child_id).exists()
    return [{"text": "Cause for concern open", "tone": "alert"}] if is_open else []


def _household(view: RecordView, to: Context) -> list[dict[str, Any]]:
    """The other children at the address, each with the services that know them and whom to ring."""
    members = [] if view.withheld else disclosure.household(view, to=to)
    found = involved([one.child_id for one in members], to=to)
    rows = []
    for one in members:
        known = found.get(one.child_id, Involved())
        services = [_named(each) for each in known.now]
        services += ["A sensitive service: ask the index team"] if known.has_sensitive else []
        services += ["Withheld. Ask the index team to make contact."] if known.is_withheld else []
        born = f"Born {words.day(one.date_of_birth)} ({one.age})" if one.date_of_birth else "Date of birth not known"
        rows.append(
            {
                "key": one.sex_words,
                "value": one.name,
                "href": services_address(one.index_number),
                "detail": born,
                "source": "; ".join(services) or "No service has said that it knows this child",
            }
        )
    return rows


def _named(one: InvolvementView) -> str:
    """A service and its telephone, marked where a list alone names the child."""
    return f"{one.service}, {one.telephone}{' (listed, not confirmed)' if one.is_listed else ''}"


def _universal(view: RecordView) -> list[dict[str, Any]]:
    """The school and the practice, which every child has, from what is known anyway."""
    school, practice = view.leading(Slot.SCHOOL), view.leading(Slot.PRACTICE)
    found = []
    if school is not None and school.school is not None:
        found.append(("School", school.school.name, school.from_date))
    if practice is not None and practice.practice is not None:
        found.append(("GP practice", practice.practice.name, practice.from_date))
    return [
        {"key": key, "value": name, "source": f"Since {words.day(since)}" if since else ""}
        for key, name, since in found
    ]


def _row(number: str, one: InvolvementView) -> dict[str, Any]:
    tag, tone = ("Lead professional", "good") if one.is_lead else ("", "")
    if one.is_listed:
        tag, tone = "Listed, not confirmed", "stale"
    elif one.has_faded:
        tag, tone = f"Not confirmed since {words.day(one.confirmed_on)}", "stale"
    who = ", ".join(part for part in (one.practitioner, one.contact) if part)
    since = f"{'Listed' if one.is_listed else 'Known'} since {words.day(one.since)}"
    if one.until:
        told = f"{since}, until {words.day(one.until)}. {one.end_words}."
    else:
        said = "On its list of" if one.is_listed else "Last confirmed"
        told = f"{since}. {said} {words.day(one.confirmed_on)}."
    address = reverse("agencies:involvement", args=[number, one.id])
    actions = [{"text": "Change", "href": address, "what": one.service}] if one.is_own and not one.until else []
    return {
        "key": one.kind,
        "value": one.service,
        "detail": who,
        "more": [f"Telephone {one.telephone}"] if one.telephone else [],
        "tag": tag,
        "tone": tone,
        "source": told,
        "actions": actions,
    }


def raiser_of(one: Concern, to: Context) -> str:
    """Who raised a concern; a sensitive service is not named to others."""
    is_named = not one.service.is_sensitive or to.may_see_shielded or one.service_id in services_of(to.user)
    return one.service.name if is_named else "a service that is not named"


def concern_row(one: Concern, to: Context) -> dict[str, Any]:
    """A concern as a line: its kind, who raised it, by when it is looked at again, and who knows of it."""
    heard = list(one.audience.all())
    known = sum(each.acknowledged_at is not None for each in heard)
    raised = words.day(timezone.localtime(one.raised_at).date())
    today, late = timezone.localdate(), ""
    if one.closed_at is None and one.review_date < today:
        late = f"Review {words.count((today - one.review_date).days, 'day')} late"
    state = str(one.get_outcome_display()) if one.closed_at else f"Review by {words.day(one.review_date)}"
    return {
        "key": str(one.kind),
        "value": f"Raised by {raiser_of(one, to)} on {raised}",
        "href": reverse("agencies:concern", args=[one.pk]),
        "tag": late,
        "tone": "alert",
        "detail": f"{known} of {words.count(len(heard), 'service')} told have acknowledged it" if heard else "",
        "source": state,
    }


def _request(one: Any) -> dict[str, Any]:
    asked = words.day(timezone.localtime(one.asked_at).date())
    said = one.answer if one.answered_at else f"Asked for on {asked}. To be answered by {words.day(one.due_date)}."
    return {"key": str(one.service), "value": said, "detail": one.why}


@never_cache
@of_child(roles.KNOWN)
def known(request: HttpRequest, child: Child) -> HttpResponse:
    """Say that a child, and its family, are known to one's service."""
    to = context_of(request)
    practices = practices_of(to.user)
    view = disclosure.record(child, to=to)
    access.note(request, kind="edited", asked={"page": "known"})
    if not practices.exists() or view.superseded_by:
        raise Http404("Nobody can be said to be known here.")
    family = [] if view.withheld else disclosure.family(view, to=to)
    entry = listed.sought(request)
    meant = entry if entry and entry.could_be(view) else None
    options: dict[str, Any] = {"practices": practices, "family": family, "listed": meant}
    form = KnownForm(request.POST or None, lead=not view.shielded, agrees=bool(meant and meant.agrees(view)), **options)
    back = services_page(child)
    if request.method == "POST" and form.is_valid():
        try:
            named = {child.pk: said_to_be} if (said_to_be := form.means()) else {}
            said = involving.say_known([child.pk, *form.others()], form.known(), by=to.user, listed=named)
        except CannotSay as refusal:
            form.add_error(None, str(refusal))
        else:
            count = words.count(len(said), "child")
            messages.success(request, f"{words.sentence(count)} known to {form.known().service}.")
            return redirect(back)
    return ask(request, form, Asked(f"{view.name} is known to us", "", "Known to us", back), section=FINDING)


def _own(request: HttpRequest, child: Child, involvement_id: int) -> Involvement:
    own = services_of(context_of(request).user)
    known = Involvement.objects.confirmed().filter(child=child, service__in=own, to_date=None)
    return get_object_or_404(known.select_related("service"), pk=involvement_id)


@never_cache
@of_child(roles.KNOWN)
def involvement(request: HttpRequest, child: Child, involvement_id: int) -> HttpResponse:
    """Confirm, end or hand over what one's service says; withdraw consent. One thing is asked at a time."""
    held, by, back = _own(request, child, involvement_id), context_of(request).user, services_page(child)
    shown = summary_of(request, child)
    access.note(request, kind="edited", asked={"page": "involvement"})
    doing = request.POST.get("doing") or request.GET.get("doing", "")
    if request.method == "POST" and doing == "confirm":
        involving.say_again([held.pk], service=held.service, by=by)
        messages.success(request, f"{shown.name} is known to {held.service} still.")
        return redirect(back)
    kinds = {
        "end": (EndForm, "It has ended", "End it"),
        "hand_over": (HandOverForm, "Hand over to another service", "Hand over"),
        "withdraw": (WithdrawForm, "Consent is withdrawn", "Withdraw it"),
    }
    if doing not in kinds:
        choices = [("end", "It has ended"), ("hand_over", "Hand over to another service")]
        choices += [("withdraw", "Consent is withdrawn")] if held.consent_on and not held.consent_withdrawn_on else []
        asked = Asked(f"{shown.name} and {held.service}", "", "", back)
        links = [{"text": label, "href": f"{request.path}?doing={code}"} for code, label in choices]
        return ask(request, _NOTHING, asked, section=FINDING, links=links, confirm=True)
    form_class, title, button = kinds[doing]
    form = form_class(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            _do(doing, held, form.cleaned_data, by=by)
        except CannotSay as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is written down.")
            return redirect(back)
    asked = Asked(f"{shown.name}: {title[:1].lower()}{title[1:]}", "", button, back)
    return ask(request, form, asked, section=FINDING, doing=doing)


_NOTHING: Any = None


def _do(doing: str, held: Involvement, said: dict[str, Any], *, by: Any) -> None:
    if doing == "end":
        involving.end(held, on=said["on"], reason=said["reason"], by=by)
    elif doing == "hand_over":
        involving.hand_over(held, to=said["to"], on=said["on"], by=by)
    else:
        involving.withdraw_consent(held, on=said["on"], by=by)


def _audience(services: Iterable[InvolvementView], own: frozenset[int]) -> list[tuple[str, str]]:
    """The services that know the child and are named to whoever raises it, but for their own.

    A service that only lists the child is not told: it would hear of any child by listing it.
    """
    return [(str(one.service_id), one.service) for one in services if not (one.service_id in own or one.is_listed)]


@never_cache
@of_child(roles.CONCERN)
def concern_raise(request: HttpRequest, child: Child) -> HttpResponse:
    """Raise a cause for concern: whom to ring first, then what it is about and who is to be told."""
    to = context_of(request)
    practices, own = practices_of(to.user), services_of(to.user)
    shown = summary_of(request, child)
    access.note(request, kind="edited", asked={"page": "concern"})
    if not practices.exists() or child.superseded_by_id:
        raise Http404("No concern can be raised here.")
    found = involved([child.pk], to=to).get(child.pk, Involved())
    duty = [one.name for one in raising.duty_list()]
    form = ConcernForm(request.POST or None, practices=practices, audience=_audience(found.now, own))
    back = services_page(child)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        raised = Raised(
            said["kind"], said["basis"], said["review_date"], tuple(int(pk) for pk in said.get("audience", ()))
        )
        site = f"{request.scheme}://{request.get_host()}"
        try:
            made = raising.raise_concern(child, raised, service=said["practice"].service, site=site, by=to.user)
        except CannotRaise as refusal:
            form.add_error("review_date", str(refusal))
        else:
            messages.success(request, "The concern is raised, and those chosen are being told.")
            return redirect("agencies:concern", made.pk)
    lead = f"The duty list is told in any case: {words.listed(duty)}." if duty else ""
    asked = Asked(f"Raise a concern about {shown.name}", lead, "Raise the concern", back)
    return ask(request, form, asked, section=FINDING, front_door=settings.FRONT_DOOR_TELEPHONE)


@never_cache
@of_child(roles.KNOWN)
def contact_ask(request: HttpRequest, child: Child) -> HttpResponse:
    """Ask the index team to make contact, where whom to ring is hidden."""
    by, back = context_of(request).user, services_page(child)
    practices, shown = practices_of(by), summary_of(request, child)
    access.note(request, kind="edited", asked={"page": "contact"})
    if not practices.exists():
        raise Http404("Nobody can be asked here.")
    form = ContactForm(request.POST or None, practices=practices)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = brokering.ask(child, service=said["practice"].service, why=said["why"], by=by)
        except CannotBroker as refusal:
            form.add_error(None, str(refusal))
        else:
            day = words.day(made.due_date)
            messages.success(request, f"The index team has been asked. It answers by {day}, among your notices.")
            return redirect(back)
    lead = "The index team finds out whom to speak to, and has them make contact with you."
    asked = Asked(f"Ask the index team to make contact about {shown.name}", lead, "Ask the index team", back)
    return ask(request, form, asked, section=FINDING)
