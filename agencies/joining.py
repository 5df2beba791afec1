"""How an invitation to work for a service becomes work for it."""

from __future__ import annotations

from agencies.models import PracticeOffer, Practitioner
from childindex.accounts import offers
from childindex.models import Source, User


def register() -> None:
    offers.register(
        offers.Room(
            PracticeOffer,
            place=lambda offer: f"the people of {offer.service}",
            source=lambda offer: Source.council(),
            give=give,
        )
    )


def give(offer: PracticeOffer, user: User) -> None:
    """The work for the service; where there is some already, it is taken up again with what the invitation says."""
    Practitioner.objects.update_or_create(
        user=user,
        service=offer.service,
        ended_on=None,
        defaults={"job_title": offer.job_title, "telephone": offer.telephone, "is_suspended": False},
    )
