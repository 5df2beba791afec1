"""The pages of files: all that came, sending one, and one file with its stages, outcomes, problems and brakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import JobState
from childindex.tables import Cell, csv_lines
from registry import access, disclosure
from registry.access.noting import context_of
from registry.intake import braking, jobs
from registry.intake.applying import waiting
from registry.intake.formats import format_of
from registry.intake.forms import DeliveriesFilter, ReasonForm, ReleaseForm, SendForm
from registry.intake.meeting import Shielded
from registry.intake.receiving import AlreadyReceived, CannotReceive, receive
from registry.intake.seeing import ABSENT, COMPARED, Reading, asking, counted_for, files_for
from registry.intake.telling import problems_of
from registry.models import Delivery, DeliveryRow, Feed, Outcome, Says, ShieldedFinding, Stage
from registry.views import claims as telling
from registry.views.merging import user_of

ON_A_PAGE = 50
SECTION, PERMISSION = "registry:deliveries", "load_files"
COLUMNS = [
    "File",
    "Feed",
    "As of",
    {"text": "Rows", "numeric": True},
    {"text": "To decide", "numeric": True},
    "Now",
]
TABS = (
    Outcome.TO_DECIDE,
    Outcome.CHANGED,
    Outcome.JOINED,
    Outcome.LEFT,
    Outcome.REFUSED,
    Outcome.RECEIVED,
    Outcome.CONFIRMED,
)
TONES = {
    "to_decide": "alert",
    "changed": "info",
    "joined": "",
    "left": "doubt",
    "refused": "stale",
    "received": "stale",
    "confirmed": "good",
}
STAGE_TONES = {Stage.HELD: "alert", Stage.REFUSED: "alert", Stage.APPLIED: "good"}
STEPS = (Stage.RECEIVED, Stage.CHECKED, Stage.COMPARED, Stage.APPLIED)


@requires(PERMISSION)
def deliveries(request: HttpRequest) -> HttpResponse:
    """All files, the latest first."""
    to = context_of(request)
    asked = DeliveriesFilter(request.GET, queryset=files_for(to), to=to)
    found = asked.found.select_related("feed", "source").order_by("-received_at", "-pk")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    counts = counted_for(page, to)
    context = {
        "rows": [_line(delivery, *counts[delivery.pk]) for delivery in page],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "file"),
        "page": page,
        "form": asked.form,
        "is_narrowed": bool(asked.understood),
        "section": SECTION,
    }
    return render(request, "registry/deliveries/list.html", context)


def _line(delivery: Delivery, rows: int, asking: int) -> list[Any]:
    stage = Stage(delivery.stage)
    return [
        {"text": delivery.name, "href": address_of(delivery), "note": str(delivery.source)},
        str(delivery.feed),
        words.day(delivery.as_of),
        {"text": f"{rows:,}", "numeric": True},
        {"text": f"{asking:,}", "numeric": True},
        {"text": "", "tag": str(stage.label), "tone": STAGE_TONES.get(stage, "")},
    ]


@requires(PERMISSION)
def delivery_send(request: HttpRequest) -> HttpResponse:
    """Which feed a file is of: each with by what law it comes and what it carries."""
    feeds = Feed.objects.filter(is_active=True).select_related("source")
    return render(
        request, "registry/deliveries/choose.html", {"feeds": [_feed(one) for one in feeds], "section": SECTION}
    )


def _feed(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "href": reverse("registry:delivery_send_by", args=[feed.code]),
        "carries": words.listed([words.inside(str(Says(one).label)) for one in feed.carries]),
        "gateway": feed.gateway,
    }


@requires(PERMISSION)
def delivery_send_by(request: HttpRequest, code: str) -> HttpResponse:
    """Send a file of one feed; it is read at once."""
    feed = get_object_or_404(Feed.objects.filter(is_active=True).select_related("source"), code=code)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SendForm(*posted, feed=feed)
    came_before = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            delivery = receive(
                said["file"].file,
                name=said["file"].name,
                feed=feed,
                source=said.get("source"),
                as_of=said["as_of"],
                by=user_of(request),
            )
        except AlreadyReceived as before:
            came_before = before.delivery
            form.add_error("file", str(before))
        except CannotReceive as refusal:
            form.add_error("file", str(refusal))
        else:
            jobs.ask_to_read(delivery, user_of(request))
            return redirect(address_of(delivery))
    context = {"form": form, "feed": _feed(feed), "came_before": came_before, "section": SECTION}
    if user_of(request).may("manage_feeds") and not feed.source_id:
        context["add_source"] = reverse("registry:feed_source_add", args=[feed.code])
    return render(request, "registry/deliveries/send.html", context)


@never_cache
@requires(PERMISSION)
def delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One file: how far it has come, what its rows come to, and a part of them at a time."""
    reading = opened(request, delivery_id)
    found, context = reading.delivery, reading.to
    job, counts = jobs.under_way(found), reading.counts
    show = _show(request, counts)
    page = _rows(reading, show, request.GET.get("page"))
    children = disclosure.disclose(_named(reading, show, page), to=context)
    sees_whole = reading.is_own or reading.sees_all
    access.note(request, kind="listed", asked={"page": "file", "delivery": found.pk, "show": show})
    last = jobs.last(found)
    shown = {
        "delivery": found,
        "job": job,
        "failed": found.refusal or (last.problem if last and last.state == JobState.FAILED else ""),
        "steps": _steps(found),
        "counts": counts,
        "parts": _parts(found, counts),
        "tabs": _tabs(found, counts, show),
        "accounted": _accounted(reading),
        "show": show,
        "rows": [telling.line(row, children, row_address(row, reading), reading) for row in page],
        "columns": telling.COLUMNS,
        "caption": words.count(page.paginator.count, "child" if show == ABSENT else "row"),
        "page": page,
        "first": asking(reading.rows).first() if found.stage != Stage.UNDONE else None,
        "release": ReleaseForm(),
        "waiting": waiting(found, context.family).exclude(pk__in=reading.hidden).count(),
        "problems": reading.unreadable.count(),
        "warnings": found.warnings if sees_whole else [],
        "numbered": format_of(found).numbered,
        "unread": [heading for heading, key in found.headings if heading and not key],
        "may_manage": user_of(request).may("manage_feeds"),
        "columns_of": reverse("registry:feed_columns", args=[found.feed.code, found.source.code]),
        "stage_tone": STAGE_TONES.get(Stage(found.stage), ""),
        "can_apply": found.stage == Stage.COMPARED and not job,
        "is_held": found.stage == Stage.HELD,
        "is_applied": found.is_applied,
        "is_compared": found.stage in COMPARED,
        "section": SECTION,
    }
    return render(request, "registry/deliveries/delivery.html", shown)


def _named(reading: Reading, show: str, page: Page[DeliveryRow]) -> list[int]:
    """The children of the rows of a page; of those received, whom custodians know them to be."""
    if show != Outcome.RECEIVED:
        return telling.meant_by(page)
    if not reading.sees_all:
        return []
    found = set(ShieldedFinding.objects.filter(row__in=[row.pk for row in page]).values_list("child", flat=True))
    shielded = Shielded()
    return sorted(found.union(*(shielded.met_by(row.claim) for row in page)))


def opened(request: HttpRequest, delivery_id: int) -> Reading:
    """The file of an address, as this person may read it; not found where they may not know of it."""
    to = context_of(request)
    wanted = files_for(to).select_related("feed", "source", "received_by", "released_by", "act")
    return Reading(get_object_or_404(wanted, pk=delivery_id), to)


def address_of(delivery: Delivery) -> str:
    return reverse("registry:delivery", args=[delivery.pk])


def row_address(row: DeliveryRow, reading: Reading, page: str = "delivery_row") -> str:
    return reverse(f"registry:{page}", args=[row.delivery_id, reading.key(row)])


def reason_of(request: HttpRequest) -> str:
    """The reason that was typed, if any that can be kept."""
    form = ReasonForm(request.POST)
    return str(form.cleaned_data["because"]).strip() if form.is_valid() else ""


def _show(request: HttpRequest, counts: dict[str, int]) -> str:
    """Which part of the rows is shown: what asks comes first, then the first part that has any."""
    wanted = request.GET.get("show", "")
    if wanted in counts:
        return wanted
    return next((str(tab) for tab in (*TABS[:1], ABSENT, *TABS[1:]) if counts[str(tab)]), str(Outcome.CONFIRMED))


def _rows(reading: Reading, show: str, number: str | None) -> Page[DeliveryRow]:
    rows = reading.rows
    found = rows.filter(number=None) if show == ABSENT else rows.exclude(number=None).filter(outcome=show)
    if show == Outcome.RECEIVED and reading.is_own and not reading.sees_all:
        found = reading.received
    if show == Outcome.TO_DECIDE:
        found = asking(found)
    return Paginator(found.select_related("asked_of", "child"), ON_A_PAGE).get_page(number)


def _steps(delivery: Delivery) -> list[dict[str, Any]]:
    """The stages as steps: done, where it stands, or still to come."""
    stage = Stage.COMPARED if delivery.stage == Stage.HELD else Stage(delivery.stage)
    reached = STEPS.index(stage) if stage in STEPS else len(STEPS) - 1 if stage == Stage.UNDONE else 0
    return [
        {"text": str(step.label), "is_done": place <= reached, "is_current": place == reached}
        for place, step in enumerate(STEPS)
    ]


def _tab_address(delivery: Delivery, show: str) -> str:
    return f"{address_of(delivery)}?show={show}#rows"


def _parts(delivery: Delivery, counts: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "value": counts[str(tab)],
            "label": words.inside(str(tab.label)),
            "tone": TONES[str(tab)],
            "href": _tab_address(delivery, str(tab)),
        }
        for tab in reversed(TABS)
        if counts[str(tab)]
    ]


def _tabs(delivery: Delivery, counts: dict[str, int], show: str) -> list[dict[str, Any]]:
    named = [(str(tab), str(tab.label)) for tab in TABS]
    named.insert(1, (ABSENT, "Missing from it"))
    return [
        {
            "text": label,
            "href": _tab_address(delivery, code),
            "count": f"{counts[code]:,}",
            "current": code == show,
        }
        for code, label in named
        if counts[code] or code in (Outcome.TO_DECIDE, show)
    ]


def _accounted(reading: Reading) -> str:
    counts = reading.counts
    told = [f"{counts[str(tab)]:,} {words.inside(str(tab.label))}" for tab in reversed(TABS) if counts[str(tab)]]
    return f"{words.sentence(words.count(reading.size, 'row'))}, all accounted for: {words.listed(told)}."


@requires(PERMISSION)
@require_POST
def delivery_release(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Say that a held file is right as it is."""
    found = opened(request, delivery_id).delivery
    try:
        braking.release(found, user_of(request), reason_of(request))
    except braking.CannotRelease as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Released. It can be applied now.")
    return redirect(address_of(found))


@requires(PERMISSION)
@require_POST
def delivery_read(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Have a file read, or read again where that failed."""
    found = opened(request, delivery_id).delivery
    jobs.ask_to_read(found, user_of(request))
    return redirect(address_of(found))


@never_cache
@requires(PERMISSION)
def delivery_apply(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """What applying would change, in numbers, asked once."""
    reading = opened(request, delivery_id)
    found = reading.delivery
    waits = waiting(found, reading.to.family).exclude(pk__in=reading.hidden).exists()
    can = (found.stage == Stage.COMPARED or waits) and not jobs.under_way(found)
    if request.method == "POST" or not can:
        if can:
            jobs.ask_to_apply(found, user_of(request))
        return redirect(address_of(found))
    context = {"delivery": found, "effects": telling.effects(reading), "back": address_of(found), "section": SECTION}
    return render(request, "registry/deliveries/apply.html", context)


PROBLEM_HEADINGS = ["Row as listed here", "The sender’s reference", "Field", "Code", "What is wrong", "The row was"]


@requires(PERMISSION)
def delivery_problems_csv(request: HttpRequest, delivery_id: int) -> HttpResponseBase:
    """All that could not be read, for the sender, who finds each by the reference or UPN that they gave it.

    Rows are numbered as this person sees them, which is not as the file has them where some are not theirs to see.
    """
    reading = opened(request, delivery_id)
    response = StreamingHttpResponse(csv_lines(PROBLEM_HEADINGS, _problems(reading)), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="file-{reading.delivery.pk}-problems.csv"'
    return response


def _problems(reading: Reading) -> Iterator[list[Cell]]:
    for row in reading.unreadable.iterator():
        for number, *told in problems_of(row):
            yield [reading.number(number), row.claim.get("reference") or row.claim.get("upn", ""), *told]
