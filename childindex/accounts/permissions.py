"""Asking for a permission in front of a view.

Signed out: to the sign-in page, and back afterwards. Signed in without the permission: refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

from childindex import roles
from childindex.models import User

View = Callable[..., HttpResponseBase]


def requires(permission: str) -> Callable[[View], View]:
    """Decorate a view so that only an account that may do `permission` reaches it.

    Raises UnknownPermission when the view is defined, if nobody declared the permission.
    """
    roles.known(permission)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return refusal(request, permission) or view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


class Requires:
    """The same for class-based views: name the permission in `required_permission`."""

    required_permission: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refused = refusal(request, self.required_permission)
        return refused or super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


def refusal(request: HttpRequest, permission: str) -> HttpResponseBase | None:
    """The way to the sign-in page for somebody signed out. Raises PermissionDenied for somebody without permission."""
    if not request.user.is_authenticated:
        return redirect_to_login(return_address(request))
    assert isinstance(request.user, User)
    if not request.user.may(permission):
        raise PermissionDenied(why_not(request.user, permission))
    return None


def why_not(user: User, permission: str) -> str:
    """Why `user` may not, in a sentence for them."""
    what = roles.PERMISSIONS[permission]
    if permission in roles.permissions_of(user.role, custodian=user.custodian):
        overdue = " and ".join(user.overdue_reviews())
        return f"Your {overdue} should have been reviewed by now, so you may not {what}. Tell your data manager."
    return f"Your account ({user.role_label.lower()}) may not {what}. If your work needs it, ask a data manager."


def return_address(request: HttpRequest) -> str:
    """Where to bring somebody back to: the page asked for, or the page whose form they sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    here = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if here else "/"
