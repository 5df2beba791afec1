"""Declaring one's own children and relatives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from childindex import words
from childindex.accounts.permissions import requires
from childindex.forms import DateField, Form
from registry import conflicts
from registry.identifiers import NotValid, read_postcode
from registry.models import StaffHome
from registry.views.merging import user_of

WIDE = {"class": "govuk-input--width-20"}
NARROW = {"class": "govuk-input--width-10"}
ON_A_PAGE = 50


class RelativeForm(Form):
    """Who is of one's family."""

    forename = forms.CharField(label="Forename", max_length=100, widget=forms.TextInput(attrs=WIDE))
    surname = forms.CharField(label="Surname", max_length=100, widget=forms.TextInput(attrs=WIDE))
    born = DateField(
        label="Date of birth", noun="the date of birth", latest=timezone.localdate,
        earliest=lambda: timezone.localdate() - timedelta(days=26 * 365),
    )  # fmt: skip
    relation = forms.CharField(
        label="What is the child to you?", max_length=80, help_text="Such as: my daughter, my sister’s son.",
        widget=forms.TextInput(attrs=WIDE),
    )  # fmt: skip


class HomeForm(Form):
    """Where one lives, and the surname of one's family."""

    home_surname = forms.CharField(label="Surname of your family", max_length=100, widget=forms.TextInput(attrs=WIDE))
    home_postcode = forms.CharField(label="Your own postcode", max_length=10, widget=forms.TextInput(attrs=NARROW))

    def clean_home_postcode(self) -> str:
        try:
            return str(read_postcode(self.cleaned_data["home_postcode"]))
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault


class WhoseHomeField(forms.ModelChoiceField):
    """A home by whose it is."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user}: {obj.surname}, {obj.postcode}"


class LetGoForm(Form):
    """Why a home that somebody gave closes nothing any more."""

    home = WhoseHomeField(label="Whose home?", queryset=StaffHome.objects.none())
    reason = forms.CharField(label="Why?", max_length=200, widget=forms.TextInput(attrs=WIDE))

    def __init__(self, *args: Any, homes: QuerySet[StaffHome], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["home"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = homes


@login_required
def relatives(request: HttpRequest) -> HttpResponse:
    """Say who is of one's family. What one has declared is not listed, since the list would say who is in the index."""
    says_home = "home_postcode" in request.POST
    form = RelativeForm(request.POST if request.POST and not says_home else None)
    home = HomeForm(request.POST if says_home else None)
    if says_home and home.is_valid():
        said = home.cleaned_data
        try:
            conflicts.say_home(by=user_of(request), surname=said["home_surname"], postcode=said["home_postcode"])
        except conflicts.TooManyHomes as refusal:
            home.add_error("home_postcode", str(refusal))
        else:
            messages.success(request, "Thank you. Records of children who seem to be of your family are closed to you.")
            return redirect("registry:relatives")
    if request.method == "POST" and not says_home and form.is_valid():
        conflicts.declare(by=user_of(request), **form.cleaned_data)
        messages.success(request, "Thank you. If the index has this child, the record is closed to you.")
        return redirect("registry:relatives")
    return render(
        request,
        "registry/relatives.html",
        {"form": home if says_home else form, "declare": form, "home": home},
    )


def _home_row(one: StaffHome) -> list[str]:
    return [str(one.user), one.surname, one.postcode, words.day(timezone.localdate(one.said_at))]


@never_cache
@requires("read_access_log")
def homes(request: HttpRequest) -> HttpResponse:
    """Where staff have said that they live, and letting go of what closes a record to the wrong person."""
    standing = StaffHome.objects.filter(let_go_at=None).select_related("user").order_by("user__full_name", "pk")
    form = LetGoForm(request.POST or None, homes=standing.exclude(user=user_of(request)))
    if request.method == "POST" and form.is_valid():
        conflicts.let_go(form.cleaned_data["home"], by=user_of(request), reason=form.cleaned_data["reason"])
        messages.success(request, "Let go. It closes no record any more.")
        return redirect("registry:homes")
    page = Paginator(standing, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [
            [str(one.user), one.surname, one.postcode, words.day(timezone.localdate(one.said_at))] for one in page
        ],
        "columns": ["Member of staff", "Surname", "Postcode", "Said on"],
        "caption": words.count(page.paginator.count, "home"),
        "page": page,
        "form": form,
        "section": "registry:access_log",
    }
    return render(request, "registry/homes.html", context)
