"""The pages about one's own account: accepting an invitation, and what protects the account."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from childindex import roles
from childindex.accounts import idle, invitations, offers, pages
from childindex.accounts.forms import AcceptInvitationForm
from childindex.accounts.second_factor import has_second_factor
from childindex.models import User


@never_cache
@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password and so open the account that the link belongs to. Open to the signed-out."""
    try:
        user = invitations.invited_by(token)
        form = AcceptInvitationForm(request.POST or None, user=user)
        if form.is_valid():
            offers.open_account(user, password=form.cleaned_data["password"])
            messages.success(request, "Your password is set. Sign in with it now.")
            return redirect("account_login")
    except invitations.InvitationNotValid as refusal:
        return render(request, "accounts/invitation_over.html", {"why": str(refusal)}, status=410)
    return render(request, "accounts/accept_invitation.html", {"form": form, "person": user})


@login_required
def my_account(request: HttpRequest) -> HttpResponse:
    """Who one is here, what one may do, and what protects the account."""
    assert isinstance(request.user, User)
    may = [what for permission, what in roles.PERMISSIONS.items() if request.user.may(permission)]
    sign_ins = max(1, UserSession.objects.filter(user=request.user).count())
    rows = pages.own_facts(request.user, second_factor=has_second_factor(request.user), sign_ins=sign_ins)
    context = {"may": may, "rows": rows, "places": len(offers.open_for(request.user))}
    return render(request, "accounts/my_account.html", context)


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up something besides the password; where it is not required, go on without."""
    assert isinstance(request.user, User)
    onwards = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onwards, {request.get_host()}, require_https=request.is_secure()):
        onwards = "/"
    if has_second_factor(request.user):
        return redirect(onwards)
    required = settings.SECOND_FACTOR_REQUIRED
    return render(request, "accounts/second_factor.html", {"next": onwards, "required": required})


@never_cache
def still_here(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter to an account that was idle for long: a press of the button, and its owner signs in."""
    try:
        user = idle.owner_of(token)
    except idle.LinkNotValid as refusal:
        return render(request, "accounts/still_here.html", {"refusal": str(refusal)}, status=404)
    if request.method != "POST":
        return render(request, "accounts/still_here.html", {"token": token})
    idle.wake(user)
    messages.success(request, "Thank you. Sign in now.")
    return redirect("account_login")
