"""Home education: who is educated at home, what the council found when it asked, and what comes next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.balance.lines import Line
from registry.disclosure import Summary
from registry.models import Child, Enrolment
from registry.views.opening import of_child
from schools import not_in_school
from schools.home_education import keeping
from schools.home_education.forms import ContactForm, DetailsForm, EndForm, NoticeForm
from schools.home_education.keeping import CannotKeep
from schools.models import HomeEducation, HomeReason, NoContact, NotInSchool, Suitability
from schools.roles import WORK_CASES
from schools.views import working
from schools.views.working import Deed, Doing, Part, facts

SECTION = "schools:homes"
TITLE = "Home education"
COLUMNS = ["Child", "Suitable?", "Since", "Who follows it", "Next contact by"]
SHOWN: dict[str, Part] = {
    "new": Part("Nobody’s", lambda user, today: Q(owner=None)),
    "mine": Part("Mine", lambda user, today: Q(owner=user)),
    "late": Part("Overdue", lambda user, today: Q(due_date__lt=today)),
    "to_come": Part("Notices to come", lambda user, today: Q(from_date__gt=today)),
    "doubted": Part("Doubted", lambda user, today: Q(suitability=Suitability.DOUBTED)),
    "back": Part(
        "Back on a roll",
        lambda user, today: Q(pk__in=keeping.back_on_a_roll(HomeEducation.objects.open()).values("pk")),
    ),
    "past": Part("To be ended", lambda user, today: Q(child__in=keeping.past_it())),
    "all": Part("All", lambda user, today: Q()),
}


def address(one: HomeEducation, doing: str = "") -> str:
    """The page of one home education, or of something to do about it."""
    return reverse("schools:home_deed", args=[one.pk, doing]) if doing else reverse("schools:home", args=[one.pk])


@never_cache
@requires(WORK_CASES)
def homes(request: HttpRequest) -> HttpResponse:
    """Who is educated at home, the first contact due first."""
    to, today = context_of(request), timezone.localdate()
    rows = keeping.visible(to).filter(to_date=None)
    found = working.listed(request, rows, SHOWN, first=("mine", "new"), order=("due_date", "pk"))
    children = disclosure.disclose([one.child_id for one in found.page], to=to)
    access.note(request, kind="listed", asked={"page": "home education", "show": found.show})
    links = [("Figures", reverse("schools:missing_figures"))]
    links += [("Write letters to this part", f"{reverse('schools:letters_write')}?home={found.show}")]
    if not_in_school.is_kept():
        links.append(("The register of children not in school", reverse("schools:register")))
    context = {
        "title": TITLE,
        "links": [{"text": text, "href": href} for text, href in links],
        "rows": [_row(one, children[one.child_id], today) for one in found.page if one.child_id in children],
        "columns": COLUMNS,
        "caption": words.count(found.total, "child", "children"),
        "tabs": found.tabs,
        "page": found.page,
        "empty": {
            "title": "Nobody is here",
            "text": "A notice is written down on the record of a child, under Schools. Whoever a school takes off its"
            " roll on that ground comes here by itself.",
        },
        "section": SECTION,
    }
    return render(request, "schools/worked/list.html", context)


def _row(one: HomeEducation, child: Summary, today: date) -> list[Any]:
    tone = {Suitability.SUITABLE: "good", Suitability.DOUBTED: "doubt"}.get(Suitability(one.suitability), "")
    to_come = one.from_date > today
    return [
        working.child_cell(child, address(one)),
        {"text": "", "tag": str(one.get_suitability_display()), "tone": tone},
        {"text": words.day(one.from_date), "tag": "To come" if to_come else "", "tone": "info"},
        str(one.owner) if one.owner else "Nobody’s",
        working.due_cell(one.due_date, today),
    ]


@never_cache
@of_child(WORK_CASES)
def home_notify(request: HttpRequest, child: Child) -> HttpResponse:
    """Write down that a child is, or is to be, educated at home."""
    to = context_of(request)
    shown = working.standing(child, to)
    access.note(request, kind="edited", asked={"page": "notice of home education"})
    held = keeping.visible(to).filter(child=child, to_date=None).first()
    if held is not None:
        return redirect(address(held))
    start = {"told_on": timezone.localdate(), "owner": to.user.pk, "reason": HomeReason.UNKNOWN}
    form = NoticeForm(
        request.POST or None, carers=keeping.carers_of(child), people=working.people(WORK_CASES), initial=start
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = keeping.notify(child, form.notice(), owner=form.cleaned_data["owner"], by=to.user)
        except CannotKeep as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Written down. The first contact is due by {words.day(made.due_date)}.")
            return redirect(address(made))
    asked = {"title": f"{shown.name} is educated at home", "button": "Write it down", "back": shown.url}
    return working.ask(request, form, asked, section=SECTION)


def _one(request: HttpRequest, home_id: int) -> tuple[HomeEducation, Summary]:
    to = context_of(request)
    found = working.found_in(keeping.visible(to), home_id)
    return found, working.shown(found.child_id, to)


@never_cache
@requires(WORK_CASES)
def home(request: HttpRequest, home_id: int) -> HttpResponse:
    """One child's home education: the notice, who educates, what was found, and where the balance has the child."""
    found, child = _one(request, home_id)
    access.note(request, kind="opened", asked={"page": "home education", "home": found.pk}, purpose="Home education")
    contacts = [
        {
            "key": str(one.get_how_display()),
            "value": one.said,
            "tag": str(one.get_suitability_display()),
            "detail": "The child was seen" if one.seen else "The child was not seen",
            "source": f"{words.day(one.day)}, {one.by}",
        }
        for one in found.contacts.select_related("by")
    ]
    barred = NoContact.objects.in_force().filter(child=found.child_id).exists()
    context = {
        "title": TITLE,
        "name": child.name,
        "child": child,
        "warning": "Nobody may contact the home." if barred else "",
        "lead": _lead(found),
        "deeds": _deeds(found, is_barred=barred),
        "parts": [
            {"title": "The notice", "rows": _told(found)},
            {"title": "What was found", "rows": contacts, "empty": "The council has not asked yet."},
            {"title": "Where the balance has the child", "rows": _where(found)},
        ],
        "back": {"href": reverse("schools:homes"), "text": TITLE},
        "section": SECTION,
    }
    return render(request, "schools/worked/one.html", context)


def _lead(one: HomeEducation) -> str:
    """What is most to be known: that it is to come, that it has ended, or that a school has the child again."""
    today = timezone.localdate()
    if one.to_date is not None:
        return f"It ended on {words.day(one.to_date)}: {words.inside(str(one.get_ended_how_display()))}."
    schools = [str(spell.school) for spell in _on_roll(one)]
    if one.from_date > today and schools:
        return (
            f"The notice takes effect on {words.day(one.from_date)}. Until then the name stays on the roll of"
            f" {words.listed(schools)}, which takes it off."
        )
    if keeping.back_on_a_roll(HomeEducation.objects.filter(pk=one.pk)).exists():
        return f"{words.listed(schools)} has had the child on its roll since. Has home education ended?"
    if schools:
        return f"The name is still on the roll of {words.listed(schools)}, which has to return that it left."
    return ""


def _on_roll(one: HomeEducation) -> list[Enrolment]:
    now = Enrolment.objects.true_on(timezone.localdate()).filter(child=one.child_id)
    return list(now.select_related("school").order_by("from_date", "pk"))


def _told(one: HomeEducation) -> list[dict[str, str]]:
    return facts(
        ("Told by", f"{one.get_told_by_display()}, on {words.day(one.told_on)}"),
        ("Educated at home from", words.day(one.from_date)),
        ("Main reason", str(one.get_reason_display())),
        ("Who educates", words.listed([str(each) for each in one.educators.select_related("carer")]) or "Not known"),
        ("Suitable?", str(one.get_suitability_display())),
        ("Who follows it", str(one.owner) if one.owner else "Nobody yet"),
        ("Next contact by", words.day(one.due_date) if one.to_date is None else ""),
        ("Last day", words.day(one.to_date) if one.to_date else ""),
    )


def _where(one: HomeEducation) -> list[dict[str, str]]:
    """The line of the balance, and why it may be another than *educated at home*."""
    line, rows = working.line_of(one.child_id)
    entry = NotInSchool.objects.open().filter(child=one.child_id).first() if not_in_school.is_kept() else None
    if rows and line != Line.AT_HOME and one.to_date is None:
        rows[0]["detail"] = not_in_school.WHY
    if entry is not None:
        href = reverse("schools:register_entry", args=[entry.pk])
        rows.append({"key": "Register", "value": str(entry.get_basis_display()), "href": href})
    return rows


def _deeds(one: HomeEducation, *, is_barred: bool) -> list[dict[str, str]]:
    if one.to_date is not None:
        return []
    offered = [("contact", "Write down a contact"), ("end", "It has ended"), ("change", "Change the details")]
    links = [{"text": text, "href": address(one, code)} for code, text in offered]
    if not_in_school.is_kept():
        entry = reverse("schools:register_enter", args=[one.child.index_number])
        links.append({"text": "The register of children not in school", "href": entry})
    if not is_barred:
        links.append({"text": "Write a letter", "href": f"{reverse('schools:letters_write')}?child={one.child_id}"})
    return links


def _details(data: Any, one: HomeEducation, to: Any) -> DetailsForm:
    start = {
        "reason": one.reason,
        "owner": one.owner_id,
        "carers": list(one.educators.values_list("carer", flat=True)),
    }
    return DetailsForm(data, carers=keeping.carers_of(one.child), people=working.people(WORK_CASES), initial=start)


def _change(one: HomeEducation, form: Any, by: Any) -> None:
    said = form.cleaned_data
    carers = [carer.pk for carer in said["carers"]]
    keeping.change(one, reason=said["reason"], carers=carers, owner=said["owner"], by=by)


DEEDS: dict[str, Deed] = {
    "contact": Deed(
        "What did you find about {}?",
        "Write it down",
        "Written down.",
        WORK_CASES,
        lambda data, one, to: ContactForm(data, initial={"day": timezone.localdate()}),
        lambda one, form, by: keeping.contact(one, **form.cleaned_data, by=by),
    ),
    "end": Deed(
        "Is {} not educated at home any more?",
        "It has ended",
        "Home education has ended.",
        WORK_CASES,
        lambda data, one, to: EndForm(data),
        lambda one, form, by: keeping.end(one, **form.cleaned_data, by=by),
    ),
    "change": Deed("Home education of {}", "Save", "Saved.", WORK_CASES, _details, _change),
}


@never_cache
@requires(WORK_CASES)
def home_deed(request: HttpRequest, home_id: int, doing: str) -> HttpResponse:
    """One thing that is done about home education."""
    found, child = _one(request, home_id)
    if found.to_date is not None:
        raise Http404("This home education has ended.")
    return working.do(request, DEEDS, doing, Doing(found, child.name, address(found), SECTION, CannotKeep, "home"))
