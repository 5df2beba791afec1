"""What each source should mend in its own system: a list for each, as a page and as a file to send to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from childindex import words
from childindex.accounts.permissions import requires
from childindex.models import Source
from childindex.tables import Cell, csv_lines
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context, Summary
from registry.intake.corrections import WHY, CannotClose, close, open_for, still_said
from registry.models import Correction, IndexEntry
from registry.views import claims as telling
from registry.views.deliveries import reason_of
from registry.views.merging import user_of

ON_A_PAGE = 50
SECTION, PERMISSION = "registry:corrections", "load_files"
COLUMNS = ["Source", {"text": "To be mended", "numeric": True}]
HEADINGS = ["Your reference", "Index number", "What", "You have", "We have", "Why", "Since"]


@requires(PERMISSION)
def corrections(request: HttpRequest) -> HttpResponse:
    """The sources that have something to mend, whoever has most first."""
    waiting = Count("records__corrections", filter=Q(records__corrections__in=_seen(context_of(request))))
    found = Source.objects.annotate(waiting=waiting).filter(waiting__gt=0).order_by("-waiting", "name")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [_row(source, source.waiting) for source in page]  # type: ignore[attr-defined]
    caption = words.count(page.paginator.count, "source")
    context = {"rows": rows, "columns": COLUMNS, "caption": caption, "page": page, "section": SECTION}
    return render(request, "registry/deliveries/corrections.html", context)


def _row(source: Source, waiting: int) -> list[Any]:
    return [{"text": source.name, "href": _address(source)}, {"text": f"{waiting:,}", "numeric": True}]


def _address(source: Source) -> str:
    return reverse("registry:corrections_of", args=[source.code])


def _seen(to: Context) -> QuerySet[Correction]:
    """The open corrections that this person may know of: a shielded child's are for custodians; none of family."""
    found = Correction.objects.open().exclude(child__in=to.family)
    if to.may_see_shielded:
        return found
    return found.exclude(child__in=IndexEntry.objects.filter(shielded=True).values("child_id"))


def _of(source: Source, to: Context) -> QuerySet[Correction]:
    return open_for(source).filter(pk__in=_seen(to).values("pk"))


@requires(PERMISSION)
def corrections_of(request: HttpRequest, code: str) -> HttpResponse:
    """What one source has to mend, the oldest first, and whether its last file still says it."""
    source, to = get_object_or_404(Source, code=code), context_of(request)
    page = Paginator(_of(source, to), ON_A_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    children, again = disclosure.disclose([one.child_id for one in found], to=to), still_said(found)
    access.note(request, kind="listed", asked={"page": "corrections", "source": source.code})
    context = {
        "source": source,
        "items": [_item(one, children.get(one.child_id), is_said=one.pk in again) for one in found],
        "count": words.count(page.paginator.count, "thing"),
        "page": page,
        "section": SECTION,
    }
    return render(request, "registry/deliveries/corrections_of.html", context)


def _item(one: Correction, child: Summary | None, *, is_said: bool) -> dict[str, Any]:
    return {
        "id": one.pk,
        "reference": one.source_record.reference,
        "name": child.name if child else "",
        "url": child.url if child else "",
        "what": one.get_says_display(),
        "said": _shown(one, one.said) or "Something that was taken out",
        "held": _shown(one, one.held) or "See the record",
        "why": WHY.get(one.why, one.why),
        "since": words.day(one.since),
        "is_said": is_said,
    }


def _shown(one: Correction, value: str) -> str:
    return telling.shown({"says": one.says, "value": value}, "value")


@requires(PERMISSION)
def corrections_csv(request: HttpRequest, code: str) -> HttpResponseBase:
    """The list as a file to be sent to its source: by its own references, each child recorded as handed out."""
    source, to = get_object_or_404(Source, code=code), context_of(request)
    found = list(_of(source, to))
    access.note(request, kind="exported", asked={"page": "corrections", "source": source.code, "rows": len(found)})
    access.declare(request, [one.child_id for one in found])
    response = StreamingHttpResponse(csv_lines(HEADINGS, _lines(found)), content_type="text/csv")
    response["Content-Disposition"] = f'attachment; filename="corrections-{source.code}.csv"'
    return response


def _lines(found: list[Correction]) -> Iterator[list[Cell]]:
    for one in found:
        why = WHY.get(one.why, one.why)
        known_as = [one.source_record.reference, one.child.index_number]
        yield [*known_as, one.get_says_display(), one.said, one.held, why, one.since.isoformat()]


@requires(PERMISSION)
@require_POST
def correction_close(request: HttpRequest, code: str, correction_id: int) -> HttpResponse:
    """Close one that no file will tick off."""
    source = get_object_or_404(Source, code=code)
    one = get_object_or_404(_of(source, context_of(request)), pk=correction_id)
    access.note(request, kind="edited", asked={"page": "corrections", "correction": one.pk})
    try:
        close(one, user_of(request), reason_of(request))
    except CannotClose as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Closed.")
    return redirect(_address(source))
