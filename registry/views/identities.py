"""Giving a child a new identity, and what custodians read of the sealed link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.forms import RadioSelect
from childindex.models import User
from registry import access, disclosure, sealing
from registry.access.noting import context_of
from registry.disclosure import RecordView
from registry.editing import rows
from registry.editing.forms import sources_for
from registry.editing.new_child import Looked, NewChildForm, add_child
from registry.identifiers import new_index_number
from registry.models import Child, SealGround
from registry.recording import CannotRecord, SavedMeanwhile
from registry.views.editing import editable
from registry.views.meanwhile import revision_of
from registry.views.merging import user_of
from registry.views.opening import of_child

SALT = "registry.new_identity"


class NewIdentityForm(NewChildForm):
    """The child as it is known from now on. Nothing is taken over from the record that is closed."""

    ground = forms.ChoiceField(label="Why?", choices=SealGround.choices, widget=RadioSelect())
    shielded = forms.BooleanField(
        label="Shield the new record too",
        required=False,
        initial=True,
        help_text="Keep this ticked unless everybody may know where the child lives now.",
    )
    sure = forms.BooleanField(
        label="I have checked that nothing here leads back to the old identity, and I know that this cannot be undone",
        error_messages={"required": "Confirm that this is meant: it cannot be undone."},
    )
    GROUPS = (
        ("Why", ("ground",)),
        *NewChildForm.GROUPS,
        ("Before it is done", ("shielded", "sure")),
    )

    def __init__(self, *args: Any, old: Child, **options: Any) -> None:
        super().__init__(*args, **options)
        self.old = old

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        held = set(self.old.identifiers.values_list("value", flat=True))
        for name in ("upn", "nhs_number", "uln"):
            if cleaned.get(name) in held - {""}:
                self.add_error(name, "This number belongs to the old identity. The child needs a new one.")
        return cleaned


@never_cache
@of_child("seal_identity")
def new_identity(request: HttpRequest, child: Child) -> HttpResponse:
    """Describe the child anew, and close the identity that this record is of."""
    view = editable(request, child)
    access.note(request, kind="edited", asked={"doing": "new identity"})
    if sealing.closed_among([child.pk]):
        messages.info(request, sealing.ALREADY)
        return redirect("registry:record", child.index_number)
    known = {"sex": child.sex, "date_of_birth": child.date_of_birth}
    form = NewIdentityForm(
        request.POST if request.method == "POST" else None, initial=known, sources=sources_for(None), old=child
    )
    number = _number(request, child)
    if request.method == "POST" and form.is_valid():
        try:
            new = _give(child, form, number, revision=revision_of(request), by=user_of(request))
        except SavedMeanwhile:
            form.add_error(None, "Somebody changed the old record meanwhile. Look at it again, then send this again.")
        except CannotRecord as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The new record is {new.index_number}. The old identity is closed.")
            return redirect("registry:record", new.index_number)
        child.refresh_from_db()
    context = {
        "view": view,
        "form": form,
        "number": signing.dumps([number, child.pk], salt=SALT),
        "revision": child.revision if request.method == "POST" else view.revision,
    }
    return render(request, "registry/new_identity.html", context)


def _number(request: HttpRequest, child: Child) -> str:
    """The index number that the new record will have: one a page, so that a form sent twice makes one child."""
    try:
        number, pk = signing.loads(request.POST.get("number", ""), salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return new_index_number().value
    return str(number) if pk == child.pk else new_index_number().value


@transaction.atomic
def _give(old: Child, form: NewIdentityForm, number: str, *, revision: int, by: User) -> Child:
    """The new record, and the old one closed: all or nothing, in acts of their own, so that none is of both."""
    said = form.cleaned_data
    held = Child.objects.filter(index_number=number).first()
    if held is not None:
        return held
    new = add_child(form, Looked(number, (), ""), by=by)
    if said["shielded"]:
        until = timezone.localdate() + sealing.REVIEWED_WITHIN
        act: dict[str, Any] = {
            "by": by,
            "source": form.source,
            "reason_code": "risk_identified",
            "reason": "Shielded when added",
        }
        rows.shield(new, ground=sealing.SHIELDED_AS_NEW, review_date=until, revision=new.revision, **act)
    sealing.close(old, new, ground=said["ground"], revision=revision, by=by)
    return new


def sealed_link(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    """Which record is of the same child, for whoever may know of the sealed link."""
    link = sealing.link_of(Child(pk=view.child_id))
    if link is None:
        return None
    is_old = link.old_id == view.child_id
    other, to = link.new_id if is_old else link.old_id, context_of(request)
    shown = disclosure.disclose([other], to=to).get(other)
    if shown is None or other in to.family:
        return None
    told = "This identity is closed. The child is now" if is_old else "Before, the child was"
    return {
        "told": told,
        "other": shown,
        "ground": link.get_ground_display(),
        "since": words.day(timezone.localdate(link.sealed_at)),
    }
