"""Declaring one's own children and relatives."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from childindex.forms import DateField, Form
from registry import conflicts
from registry.views.merging import user_of

WIDE = {"class": "govuk-input--width-20"}


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


@login_required
def relatives(request: HttpRequest) -> HttpResponse:
    """Say who is of one's family. What one has declared is not listed, since the list would say who is in the index."""
    form = RelativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        conflicts.declare(by=user_of(request), **form.cleaned_data)
        messages.success(request, "Thank you. If the index has this child, the record is closed to you.")
        return redirect("registry:relatives")
    return render(request, "registry/relatives.html", {"form": form})
