"""Letters: which one, to whom, who is left out and why; the letters to print; and the council's templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import acts, words
from childindex.accounts.permissions import requires
from childindex.models import Source
from registry import access, disclosure
from registry.access.noting import context_of
from registry.disclosure import Context, shielded_among
from registry.views.merging import user_of
from schools.home_education import keeping
from schools.letters import mailing
from schools.letters.forms import TemplateForm, WriteForm
from schools.letters.mailing import CannotWrite
from schools.missing import cases
from schools.models import LetterTemplate, Mailing
from schools.roles import MANAGE_CASES, WORK_CASES
from schools.views import home_education, missing, working
from schools.views.working import ON_A_PAGE

SECTION = "schools:missing"


def _chosen(request: HttpRequest, to: Context) -> tuple[str, list[int]]:
    """What the letters are for, in words, and the children: one, or those of a part of a list."""
    user, today, asked = to.user, timezone.localdate(), request.GET
    one = asked.get("child", "")
    if one.isascii() and one.isdigit() and len(one) < 19:
        child = working.shown(int(one), to)
        is_ours = (
            cases.visible(to).filter(child=child.child_id, closed_at=None).exists()
            or keeping.visible(to).filter(child=child.child_id, to_date=None).exists()
        )
        if not is_ours:
            raise Http404("There is no case and no home education of this child.")
        return child.name, [child.child_id]
    if asked.get("home") in home_education.SHOWN:
        part = home_education.SHOWN[asked["home"]]
        rows = keeping.visible(to).filter(part.rows(user, today), to_date=None)
        return f"Home education: {words.inside(part.label)}", list(rows.values_list("child", flat=True))
    part = missing.SHOWN.get(asked.get("show", ""), missing.SHOWN["mine"])
    found = cases.visible(to).filter(part.rows(user, today), closed_at=None)
    return f"Missing education: {words.inside(part.label)}", list(found.values_list("child", flat=True))


@never_cache
@requires(WORK_CASES)
def letters_write(request: HttpRequest) -> HttpResponse:
    """Which letter is written to these homes; who is left out is told before."""
    to = context_of(request)
    whom, ids = _chosen(request, to)
    access.note(request, kind="edited", asked={"page": "letters", "to": whom})
    if len(ids) > mailing.MOST:
        messages.warning(
            request, f"One mailing has {mailing.MOST:,} letters at most. Choose a smaller part of the list."
        )
        return redirect("schools:mailings")
    found = mailing.addressees(ids, to=to)
    form = WriteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = mailing.write(form.cleaned_data["template"], found, by=user_of(request))
        except CannotWrite as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Written. Print them from here.")
            return redirect("schools:mailing", made.pk)
    context = {
        "form": form,
        "whom": whom,
        "count": len(found.children),
        "left_out": _left_out(found.left_out),
        "rows": [
            *([working.child_cell(one, one.url), one.address or ""] for one in found.children),
            *([working.child_cell(one, one.url), {"text": "", "tag": _alone(why)}] for one, why in found.others),
        ],
        "columns": ["Child", "Written to"],
        "keeps_templates": to.may(MANAGE_CASES),
        "section": SECTION,
    }
    return render(request, "schools/letters/write.html", context)


def _left_out(counted: dict[str, int]) -> list[str]:
    return [
        f"{words.count(count, 'child', 'children')} {words.inside(_alone(why)) if count == 1 else why}"
        for why, count in sorted(counted.items())
    ]


def _alone(why: str) -> str:
    """The reason said of one child."""
    verb, _, rest = why.partition(" ")
    return words.sentence(f"{ {'have': 'has', 'are': 'is'}.get(verb, verb) } {rest}")


@never_cache
@requires(WORK_CASES)
def mailings(request: HttpRequest) -> HttpResponse:
    """What was written lately, by whom."""
    found = Mailing.objects.select_related("template", "by")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Letters",
        "back": {"href": reverse("schools:missing"), "text": "Children missing education"},
        "links": [{"text": "Templates", "href": reverse("schools:letter_templates")}]
        if context_of(request).may(MANAGE_CASES)
        else [],
        "rows": [
            [
                {"text": str(one.template), "href": reverse("schools:mailing", args=[one.pk])},
                words.day(timezone.localdate(one.made_at)),
                str(one.by),
            ]
            for one in page
        ],
        "columns": ["Letter", "Written on", "By"],
        "caption": words.count(page.paginator.count, "mailing"),
        "page": page,
        "empty": {
            "title": "No letter was written yet",
            "text": "Letters are written from a case, or for a list of them.",
        },
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


@never_cache
@requires(WORK_CASES)
def mailing_page(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """The letters of a mailing, to print, each on a page of its own. Whoever is shielded since is left out."""
    to = context_of(request)
    made = get_object_or_404(Mailing.objects.select_related("template", "by"), pk=mailing_id)
    letters = list(made.letters.exclude(child__in=to.family))
    hidden = set() if to.may_see_shielded else shielded_among([one.child_id for one in letters])
    shown = [one for one in letters if one.child_id not in hidden]
    disclosure.disclose([one.child_id for one in shown], to=to)
    access.note(request, kind="printed", asked={"page": "letters", "mailing": made.pk}, purpose="Missing education")
    context: dict[str, Any] = {
        "made": made,
        "letters": shown,
        "left_out": _left_out(made.left_out) if to.may_see_shielded else [],
        "section": SECTION,
    }
    return render(request, "schools/letters/mailing.html", context)


@never_cache
@requires(MANAGE_CASES)
def letter_templates(request: HttpRequest) -> HttpResponse:
    """The council's letters."""
    rows = [
        [
            {"text": one.name, "href": reverse("schools:letter_template", args=[one.pk])},
            one.subject,
            "In use" if one.is_active else "Not in use",
        ]
        for one in LetterTemplate.objects.all()
    ]
    context = {
        "title": "Templates of letters",
        "back": {"href": reverse("schools:mailings"), "text": "Letters"},
        "links": [{"text": "Add a letter", "href": reverse("schools:letter_template_add")}],
        "rows": rows,
        "columns": ["Letter", "Subject", ""],
        "caption": words.count(len(rows), "letter"),
        "empty": {"title": "There is no letter yet", "text": "Add one: the link above."},
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


@never_cache
@requires(MANAGE_CASES)
def letter_template(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """The words of one letter, or of a new one."""
    held = get_object_or_404(LetterTemplate, pk=template_id) if template_id is not None else None
    form = TemplateForm(request.POST or None, held=held)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with acts.act(by=user_of(request), source=Source.council(), reason_code="letter_template", reason=said["name"]):
            if held is None:
                LetterTemplate.objects.create(**said)
            else:
                LetterTemplate.objects.filter(pk=held.pk).update(**said)
        messages.success(request, "Saved.")
        return redirect("schools:letter_templates")
    back = reverse("schools:letter_templates")
    asked = {"title": str(held) if held else "A new letter", "button": "Save", "back": back}
    return working.ask(request, form, asked, section=SECTION)
