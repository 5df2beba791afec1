"""How an invitation to the staff of a school becomes a post."""

from __future__ import annotations

from childindex.accounts import offers
from childindex.models import User
from schools.models import Post, PostOffer
from schools.returns.belonging import source_of


def register() -> None:
    offers.register(
        offers.Room(
            PostOffer,
            place=lambda offer: f"the staff of {offer.school}",
            source=lambda offer: source_of(offer.school),
            give=give,
        )
    )


def give(offer: PostOffer, user: User) -> None:
    """The post, or what the invitation says anew of one that there is."""
    said = {} if offer.is_nominee is None else {"is_nominee": offer.is_nominee}
    Post.objects.update_or_create(user=user, school=offer.school, defaults=said)
