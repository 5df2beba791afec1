"""What every page tells the person signed in about their own account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from childindex import words
from childindex.models import User


def notices(request: HttpRequest) -> dict[str, list[str]]:
    """Context processor: `account_notices`, sentences to show above the page; usually none."""
    user = getattr(request, "user", None)
    return {"account_notices": overdue(user) if isinstance(user, User) else []}


def overdue(user: User) -> list[str]:
    """One sentence for each review that should have happened."""
    dates = {"training": user.training_review_date, "vetting": user.vetting_review_date}
    then = " Until then you may not see children." if settings.REFUSE_AFTER_REVIEW_DATE else ""
    return [
        f"Your {review} should have been reviewed by {words.day(due)}. Tell your data manager.{then}"
        for review in user.overdue_reviews()
        if (due := dates[review])
    ]
