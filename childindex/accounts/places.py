"""The pages of offers: what somebody is invited to, for themselves; and what only a data manager can settle."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from childindex import roles, words
from childindex.accounts import offers
from childindex.accounts.permissions import requires
from childindex.models import User
from childindex.models.offers import Offer


@login_required
def places(request: HttpRequest) -> HttpResponse:
    """What one is invited to by address: taken up, or declined."""
    assert isinstance(request.user, User)
    if request.method == "POST":
        _answer(request, request.user)
        return redirect("places")
    shown = [
        {**_said(offer), "may_take_up": offers.fits(offer, request.user)} for offer in offers.open_for(request.user)
    ]
    return render(request, "accounts/places.html", {"offers": shown})


@requires(offers.MANAGES)
def clashes(request: HttpRequest) -> HttpResponse:
    """Invitations whose address has an account that cannot take them up; whoever invited does not know that."""
    assert isinstance(request.user, User)
    if request.method == "POST":
        offer = _chosen(request, "back")
        if offer is not None:
            offers.take_back(offer, by=request.user)
            messages.success(request, f"{offer} is not invited to {offers.place_of(offer)} any more.")
        return redirect("clashes")
    found = offers.clashing()
    accounts = {user.email: user for user in User.objects.filter(email__in={offer.email for offer in found})}
    shown = [{**_said(offer), "account": accounts[offer.email]} for offer in found if offer.email in accounts]
    return render(request, "accounts/clashes.html", {"offers": shown, "section": "users"})


def _answer(request: HttpRequest, user: User) -> None:
    wanted, unwanted = _chosen(request, "take"), _chosen(request, "decline")
    offer = wanted or unwanted
    if offer is None or offer.email != user.email:
        messages.warning(request, "Nothing was changed. This invitation does not stand any more.")
        return
    try:
        if wanted:
            offers.take_up(offer, by=user)
            messages.success(request, f"You belong to {offers.place_of(offer)} now.")
        else:
            offers.take_back(offer, by=user)
            messages.success(request, f"You have declined: {offers.place_of(offer)}.")
    except offers.CannotTakeUp as refusal:
        messages.warning(request, str(refusal))


def _chosen(request: HttpRequest, doing: str) -> Offer | None:
    """The open offer whose button was pressed."""
    code, _, number = request.POST.get(doing, "").rpartition("-")
    return offers.find(code, number)


def _said(offer: Offer) -> dict[str, Any]:
    return {
        "offer": offer,
        "name": offers.name_of(offer),
        "place": offers.place_of(offer),
        "role": words.inside(roles.label(offer.role)),
        "on": words.day(timezone.localdate(offer.offered_at)),
    }
