"""The pages of returns for the council: what came from schools, sending one, and national tables sorted by school."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry.access.noting import context_of
from registry.disclosure import Context
from registry.intake import jobs
from registry.intake.receiving import AlreadyReceived, CannotReceive
from registry.intake.seeing import counted_for, files_for
from registry.models import Delivery
from registry.views.merging import user_of
from schools.forms import MeantForm, SendReturnForm
from schools.models import Collection, CollectionPart
from schools.returns import national
from schools.returns.importing import FEEDS, Taken, take_in

SECTION, PERMISSION = "schools:returns", "load_files"
ON_A_PAGE = 50
COLUMNS = ["School", "Return", "As of", {"text": "Rows", "numeric": True}, "Now"]
PARTS = ["Code", "School", "Table", {"text": "Rows", "numeric": True}, "Now"]
COLLECTIONS = ["Tables", "Came", {"text": "Rows that wait for their school", "numeric": True}]
TABLES = {national.ON_ROLL: "On roll", national.OFF_ROLL: "No longer on roll"}
WAITS = "Waits for its school"


@requires(PERMISSION)
def returns(request: HttpRequest) -> HttpResponse:
    """What schools sent, the latest first, and national tables some of whose rows wait."""
    to = context_of(request)
    found = files_for(to).filter(feed__code__in=FEEDS).select_related("feed", "source")
    page = Paginator(found.order_by("-received_at", "-pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    waiting = collections_for(to).filter(parts__delivery=None).distinct().prefetch_related("parts")
    counts = counted_for(page, to)
    context = {
        "rows": [_line(delivery, counts[delivery.pk][0]) for delivery in page],
        "columns": COLUMNS,
        "caption": words.count(page.paginator.count, "return"),
        "page": page,
        "waiting": [_waiting(one) for one in waiting],
        "waiting_columns": COLLECTIONS,
        "may_give_posts": user_of(request).may("manage_users"),
        "section": SECTION,
    }
    return render(request, "schools/returns.html", context)


def collections_for(to: Context) -> QuerySet[Collection]:
    """National tables that somebody may open: their own, and those that came by machine. Custodians may open all.

    How many rows a code has, before they are compared, counts children whom others may not know to be on a roll.
    """
    if to.may_see_shielded:
        return Collection.objects.all()
    return Collection.objects.filter(Q(received_by=to.user.pk) | Q(received_by=None))


def _line(delivery: Delivery, rows: int) -> list[Any]:
    return [
        {"text": str(delivery.source), "href": reverse("registry:delivery", args=[delivery.pk]), "note": delivery.name},
        str(delivery.feed),
        words.day(delivery.as_of),
        {"text": f"{rows:,}", "numeric": True},
        {"text": "", "tag": delivery.get_stage_display(), "tone": ""},
    ]


def _waiting(collection: Collection) -> list[Any]:
    rows = sum(part.rows for part in collection.parts.all() if part.delivery_id is None)
    return [
        {"text": collection.name, "href": _address(collection)},
        words.day(collection.received_at.date()),
        {"text": f"{rows:,}", "numeric": True},
    ]


def _address(collection: Collection) -> str:
    return reverse("schools:collection", args=[collection.pk])


@requires(PERMISSION)
def return_send(request: HttpRequest) -> HttpResponse:
    """Send a return: whose it is and what it is written in, it mostly says itself."""
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SendReturnForm(*posted)
    came_before = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            with on_disk(said["file"]) as names:
                taken = take_in(
                    list(names), names=names, school=said["school"], as_of=said["as_of"], by=user_of(request)
                )
        except AlreadyReceived as before:
            came_before = before.delivery
            form.add_error("file", str(before))
        except CannotReceive as refusal:
            form.add_error("file", str(refusal))
        else:
            return _read(request, taken)
    context = {"form": form, "came_before": came_before, "section": SECTION}
    return render(request, "schools/send.html", context)


@contextmanager
def on_disk(files: list[UploadedFile]) -> Iterator[dict[Path, str]]:
    """Uploaded files where they can be opened by a path, each with the name that its sender gave it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        names = {}
        for number, file in enumerate(files):
            called = file.name or "file"
            path = folder / f"{number}{Path(called).suffix[:10]}"
            with path.open("wb") as copy:
                for piece in file.chunks():
                    copy.write(piece)
            names[path] = called
        yield names


def _read(request: HttpRequest, taken: Taken) -> HttpResponse:
    for delivery in taken.deliveries:
        jobs.ask_to_read(delivery, user_of(request))
    if taken.collection is not None:
        return redirect(_address(taken.collection))
    return redirect("registry:delivery", taken.deliveries[0].pk) if len(taken.deliveries) == 1 else redirect(SECTION)


@never_cache
@requires(PERMISSION)
def collection(request: HttpRequest, collection_id: int) -> HttpResponse:
    """National tables by school; which school a code means is said here, once for ever."""
    found = get_object_or_404(collections_for(context_of(request)), pk=collection_id)
    waiting = set(found.parts.filter(delivery=None).values_list("code", flat=True)) - {""}
    form = MeantForm(request.POST or None, meant=request.POST.get("code", ""))
    if request.method == "POST" and form.data.get("code") not in waiting:
        messages.warning(request, "That code waits for nothing any more. Look at the tables again.")
        return redirect(_address(found))
    if request.method == "POST" and form.is_valid():
        code, school = form.cleaned_data["code"], form.cleaned_data["school"]
        national.say_whose(code, school, by=user_of(request))
        delivered = national.deliver(found, by=user_of(request))
        for delivery in delivered:
            jobs.ask_to_read(delivery, user_of(request))
        rows = sum(found.parts.filter(delivery__in=delivered).values_list("rows", flat=True))
        messages.success(request, f"{code} is {school}: {words.count(rows, 'row')} will be read.")
        return redirect(_address(found))
    parts = list(found.parts.select_related("delivery__source", "delivery__feed").defer("content"))
    asked = form.data.get("code") if form.is_bound else None
    context = {
        "collection": found,
        "rows": [_part(part) for part in parts],
        "columns": PARTS,
        "caption": words.count(sum(part.rows for part in parts), "row"),
        "forms": [
            (form if code == asked else MeantForm(meant=code, auto_id=f"id_{number}_%s"))
            for number, code in enumerate(sorted(waiting))
        ],
        "without_code": sum(part.rows for part in parts if not part.code),
        "section": SECTION,
    }
    return render(request, "schools/collection.html", context)


def _part(part: CollectionPart) -> list[Any]:
    delivery = part.delivery
    return [
        part.code or "No code",
        {"text": str(delivery.source), "href": reverse("registry:delivery", args=[delivery.pk])} if delivery else "",
        TABLES.get(part.feed, part.feed),
        {"text": f"{part.rows:,}", "numeric": True},
        {"text": "", "tag": delivery.get_stage_display() if delivery else WAITS, "tone": "" if delivery else "alert"},
    ]
