"""Pages that ask one thing: about a child, or not."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from registry import disclosure
from registry.access.noting import context_of
from registry.disclosure import Summary
from registry.models import Child


class Asked(NamedTuple):
    """One page that asks: its heading, what stands under it, the button, and where one goes back to."""

    title: str
    lead: str
    button: str
    back: str


def ask(request: HttpRequest, form: forms.BaseForm, asked: Asked, *, section: str, **more: Any) -> HttpResponse:
    return render(request, "agencies/ask.html", {"form": form, "asked": asked, "section": section, **more})


def summary_of(request: HttpRequest, child: Child) -> Summary:
    """A child as a practitioner's list shows one. Raises NotDisclosed for one whom this person may not know of."""
    found = disclosure.disclose([child.pk], to=context_of(request)).get(child.pk)
    if found is None:
        raise disclosure.NotDisclosed("You do not work for a service now. Ask its manager.")
    return found


def services_page(child: Child) -> str:
    """The page of a record that says which services are involved."""
    return services_address(child.index_number)


def services_address(index_number: str) -> str:
    return reverse("registry:record_section", args=[index_number, "services"])
