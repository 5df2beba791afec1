"""Return campaigns: opening one, its board, its reminders; and opening a declared roll again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from childindex import acts, words
from childindex.accounts.permissions import requires
from childindex.models import Source
from childindex.tables import Cell, csv_lines
from registry.views.merging import user_of
from schools.campaigns import board, declaring, reminding
from schools.campaigns.board import Line, State
from schools.campaigns.declaring import CannotDeclare
from schools.campaigns.forms import BecauseForm, BoardFilter, CampaignForm, DatesForm
from schools.models import Campaign, CampaignSchool, Declaration, Reminder
from schools.roles import CAMPAIGN

SECTION = "schools:campaigns"
ON_A_PAGE = 100
NUMERIC = ("Pupils", "Confirmed", "Told", "Left", "To decide")
COLUMNS = ["School", "State", *({"text": name, "numeric": True} for name in NUMERIC), "Late", "Last reminded"]
HEADINGS = ["URN", "School", "State", "Pupils", "Confirmed", "Share", "Told to the council", "Left", "To decide",
            "Last return", "Declared on", "Days late", "Last reminded", "Reminder failed"]  # fmt: skip
TONES = {State.DECLARED: "good", State.COMPLETE: "info", State.NOTHING: "alert"}


@requires(CAMPAIGN)
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns, the latest first, and the city's one figure."""
    found = Paginator(Campaign.objects.all(), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            {"text": one.name, "href": reverse("schools:campaign", args=[one.pk])},
            words.day(one.reference_date),
            words.day(one.due_date),
            {"text": "", "tag": "Closed" if one.closed_on else "Open", "tone": "" if one.closed_on else "info"},
        ]
        for one in found
    ]
    context = {
        "coverage": board.coverage(),
        "rows": rows,
        "columns": ["Campaign", "Rolls as of", "Due", "Now"],
        "caption": words.count(found.paginator.count, "campaign"),
        "page": found,
        "section": SECTION,
    }
    return render(request, "schools/campaigns/list.html", context)


@requires(CAMPAIGN)
def campaign_open(request: HttpRequest) -> HttpResponse:
    """Open a campaign: from its reference date on, the rolls of its schools are measured by it."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        schools = form.schools()
        with acts.act(
            by=user_of(request),
            source=Source.council(),
            reason_code="campaign_opened",
            reason=form.cleaned_data["name"],
        ):
            campaign = form.save()
            CampaignSchool.objects.bulk_create(CampaignSchool(campaign=campaign, school=school) for school in schools)
        messages.success(request, f"{campaign} is open for {words.count(len(schools), 'school')}.")
        return redirect("schools:campaign", campaign.pk)
    context = {"form": form, "title": "Open a return campaign", "button": "Open it", "back": reverse(SECTION)}
    return render(request, "schools/campaigns/form.html", {**context, "section": SECTION})


@requires(CAMPAIGN)
def campaign_change(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Mend the name or the dates of a campaign."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    form = DatesForm(request.POST or None, instance=campaign)
    back = reverse("schools:campaign", args=[campaign.pk])
    if request.method == "POST" and form.is_valid():
        with acts.act(
            by=user_of(request), source=Source.council(), reason_code="campaign_opened", reason="Its dates were changed"
        ):
            form.save()
        messages.success(request, f"{campaign} was changed.")
        return redirect(back)
    context = {"form": form, "title": "Change the campaign", "button": "Save", "back": back, "section": SECTION}
    return render(request, "schools/campaigns/form.html", context)


@requires(CAMPAIGN)
@require_POST
def campaign_close(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Close a campaign. Rolls are measured by it until the next one's reference date."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    if campaign.closed_on is None:
        with acts.act(by=user_of(request), source=Source.council(), reason_code="campaign_opened", reason="Closed"):
            campaign.closed_on = timezone.localdate()
            campaign.save()
        messages.success(request, f"{campaign} is closed.")
    return redirect("schools:campaign", campaign.pk)


def _asked(request: HttpRequest, campaign: Campaign) -> tuple[BoardFilter, list[Line], list[Line]]:
    form = BoardFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    everything, today = board.lines_of(campaign), timezone.localdate()
    name = (asked.get("name") or "").strip().casefold()
    kept = [
        line
        for line in everything
        if (not name or name in line.school.name.casefold() or name == str(line.school.urn))
        and (not asked.get("state") or line.state == asked["state"])
        and (not asked.get("late") or line.days_late(today))
    ]
    return form, everything, kept


@requires(CAMPAIGN)
def campaign_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The board: every school's state, how far it is, and what waits; and the course of confirming."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    form, everything, kept = _asked(request, campaign)
    page = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("page"))
    reminded = reminding.latest(campaign)
    pupils, confirmed = sum(line.pupils for line in everything), sum(line.confirmed for line in everything)
    course = board.course(campaign)
    context = {
        "campaign": campaign,
        "form": form,
        "rows": [_row(campaign, line, reminded.get(line.school.pk)) for line in page],
        "columns": COLUMNS,
        "caption": words.count(len(kept), "school"),
        "pupils": pupils,
        "confirmed": confirmed,
        "declared": sum(line.state == State.DECLARED for line in everything),
        "schools": len(everything),
        "outstanding": sum(line.is_outstanding for line in kept),
        "course": [(day, done) for day, done in course if pupils],
        "weekly_columns": ["By", "Confirmed"],
        "weekly": [[words.day(day), f"{done:,}"] for day, done in course[::-7]],
        "job": reminding.under_way(campaign),
        "csv": f"{reverse('schools:campaign_csv', args=[campaign.pk])}?{_query(request)}",
        "remind": f"{reverse('schools:campaign_remind', args=[campaign.pk])}?{_query(request)}",
        "is_narrowed": bool(_query(request)),
        "page": page,
        "section": SECTION,
    }
    return render(request, "schools/campaigns/board.html", context)


def _query(request: HttpRequest) -> str:
    return urlencode({name: request.GET[name] for name in ("name", "state", "late") if request.GET.get(name)})


def _row(campaign: Campaign, line: Line, reminder: Reminder | None) -> list[Any]:
    late = line.days_late(timezone.localdate())
    reminded: Any = ""
    if reminder is not None:
        day = words.day(timezone.localtime(reminder.sent_at).date())
        reminded = {"text": day, "tag": "Failed" if reminder.failure else "", "tone": "alert", "note": reminder.failure}
    numbers = (line.pupils, line.confirmed, line.reported, line.left, line.waiting)
    declared = f"on {words.day(line.declared_on)}" if line.declared_on else ""
    address = reverse("schools:campaign_school", args=[campaign.pk, line.school.urn])
    return [
        {"text": line.school.name, "href": address, "note": str(line.school.urn)},
        {"text": "", "tag": str(line.state.label), "tone": TONES.get(line.state, ""), "note": declared},
        *({"text": f"{number:,}", "numeric": True} for number in numbers),
        words.count(late, "day") if late else "",
        reminded,
    ]


@requires(CAMPAIGN)
def campaign_csv(request: HttpRequest, campaign_id: int) -> HttpResponseBase:
    """The board as a file."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    _, _, kept = _asked(request, campaign)
    reminded, today = reminding.latest(campaign), timezone.localdate()
    lines: Iterator[list[Cell]] = (_cells(line, reminded.get(line.school.pk), today) for line in kept)
    response = StreamingHttpResponse(csv_lines(HEADINGS, lines), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="campaign-{campaign.pk}.csv"'
    return response


def _cells(line: Line, reminder: Reminder | None, today: Any) -> list[Cell]:
    return [
        line.school.urn, line.school.name, str(line.state.label), line.pupils, line.confirmed, round(line.share, 4),
        line.reported, line.left, line.waiting, line.last_return or "", line.declared_on or "", line.days_late(today),
        timezone.localtime(reminder.sent_at).date() if reminder else "", reminder.failure if reminder else "",
    ]  # fmt: skip


@requires(CAMPAIGN)
def campaign_remind(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Say who would be written to, and write to them."""
    campaign = get_object_or_404(Campaign, pk=campaign_id)
    _, _, kept = _asked(request, campaign)
    outstanding = [line.school for line in kept if line.is_outstanding]
    back = f"{reverse('schools:campaign', args=[campaign.pk])}?{_query(request)}"
    if request.method == "POST":
        site = f"{request.scheme}://{request.get_host()}"
        reminding.ask(campaign, [school.pk for school in outstanding], site=site, by=user_of(request))
        messages.success(request, f"{words.sentence(words.count(len(outstanding), 'school'))} will be written to now.")
        return redirect(back)
    addresses = reminding.addresses_of([school.pk for school in outstanding])
    context = {
        "campaign": campaign,
        "count": len(outstanding),
        "unreachable": [school for school in outstanding if not addresses[school.pk]],
        "back": back,
        "section": SECTION,
    }
    return render(request, "schools/campaigns/remind.html", context)


@requires(CAMPAIGN)
def campaign_school(request: HttpRequest, campaign_id: int, urn: int) -> HttpResponse:
    """One school of a campaign: how far it is, its declarations, and its reminders."""
    member = get_object_or_404(
        CampaignSchool.objects.select_related("campaign", "school"), campaign=campaign_id, school__urn=urn
    )
    campaign, school = member.campaign, member.school
    declarations = Declaration.objects.filter(school=school, since=campaign.reference_date)
    standing = declarations.filter(reopened_at=None).first()
    form = BecauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and standing is not None and form.is_valid():
        try:
            declaring.reopen(standing, because=form.cleaned_data["because"], by=user_of(request))
        except CannotDeclare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The roll of {school} is open again.")
            return redirect(request.path)
    [line] = [one for one in board.lines_of(campaign) if one.school.pk == school.pk]
    rows = [
        {"key": "State", "value": str(line.state.label)},
        {"key": "Pupils", "value": f"{line.pupils:,}"},
        {"key": "Confirmed", "value": f"{line.confirmed:,}"},
        {"key": "Told to the council", "value": f"{line.reported:,}"},
        {"key": "Left", "value": f"{line.left:,}"},
        {"key": "Last return as of", "value": words.day(line.last_return) if line.last_return else "None yet"},
    ]
    context = {
        "campaign": campaign,
        "school": school,
        "rows": rows,
        "declarations": declarations.select_related("made_by", "reopened_by"),
        "standing": standing,
        "form": form if standing else None,
        "reminders": Reminder.objects.filter(campaign=campaign, school=school)[:20],
        "remind": f"{reverse('schools:campaign_remind', args=[campaign.pk])}?{urlencode({'name': school.urn})}",
        "movers": f"{reverse('schools:movers')}?{urlencode({'school': school.urn})}",
        "section": SECTION,
    }
    return render(request, "schools/campaigns/school.html", context)
