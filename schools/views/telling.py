"""What a school and a service tell the council of a child who may be missing education.

Whoever tells does not learn whether a case was open already, nor what becomes of it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.access.noting import context_of
from registry.models import Child
from registry.views.merging import user_of
from registry.views.opening import of_child
from schools.missing import opening
from schools.missing.forms import TellForm
from schools.models import CaseSource
from schools.roles import CONFIRM, TELL
from schools.views import working
from schools.views.pupils import about_pupil, page_of
from schools.views.rolls import SECTION

DONE = "The council has been told. Somebody looks into it within two school days."


@never_cache
@of_child(TELL)
def missing_tell(request: HttpRequest, child: Child) -> HttpResponse:
    """A service tells the council that a child may be missing education."""
    to = context_of(request)
    shown = disclosure.disclose([child.pk], to=to).get(child.pk)
    if shown is None or child.superseded_by_id:
        raise disclosure.NotDisclosed("You cannot tell anything of this child. Ask your service's manager.")
    access.note(request, kind="edited", asked={"page": "tell of a missing child"})
    form = TellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opening.report(child, source=CaseSource.SERVICE, told=form.cleaned_data["told"], by=user_of(request))
        messages.success(request, DONE)
        return redirect(shown.url)
    asked = {"title": f"May {shown.name} be missing education?", "button": "Tell the council", "back": shown.url}
    return working.ask(request, form, asked, section="agencies:find")


@never_cache
@requires(CONFIRM)
def pupil_missing(request: HttpRequest, urn: int, enrolment_id: int) -> HttpResponse:
    """A school tells the council that one of its pupils, or of those who left, may be missing education."""
    school, pupil = about_pupil(request, urn, enrolment_id, "tell of a missing pupil")
    form, back = TellForm(request.POST or None), page_of(school, enrolment_id)
    if request.method == "POST" and form.is_valid():
        told = f"{school}: {form.cleaned_data['told']}"
        child = Child.objects.get(pk=pupil.child.child_id)
        opening.report(child, source=CaseSource.SCHOOL, told=told[:500], by=user_of(request))
        messages.success(request, DONE)
        return redirect(back)
    lead = (
        "While the name is on your roll it stays there: a name comes off only on a ground, with a deletion return."
        if pupil.leaving_date is None
        else ""
    )
    asked = {
        "title": f"May {pupil.name} be missing education?",
        "lead": lead,
        "button": "Tell the council",
        "back": back,
    }
    return working.ask(request, form, asked, section=SECTION, school=school)
