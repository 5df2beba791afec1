"""Taking a file in: kept as it came, in pieces, with a digest by which the same file is known when it comes again."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from childindex import words
from childindex.models import Source, User
from registry import conflicts, quotas
from registry.intake.seeing import COMPARED, behind_a_shield
from registry.intake.senders import is_sender
from registry.models import Delivery, DeliveryPart, Feed, Stage

LET_GO = "The file itself was let go of on {day}, so it cannot be read again. Ask its sender for it."
PIECE = 1 << 20
LARGEST = 1 << 30
PAGE = "registry:delivery_send"


class CannotReceive(Exception):
    """The file is not taken in; the text says why and what to do."""


class AlreadyReceived(CannotReceive):
    """This very file has come before."""

    def __init__(self, delivery: Delivery) -> None:
        came, day = f"{delivery.received_at:%-d %B %Y}", f"{delivery.as_of:%-d %B %Y}"
        super().__init__(
            f"This file came before, on {came}, as {delivery.name}, as of {day}. Nothing was done with it again."
            " If it is a newer list that says the same, give its own day."
        )
        self.delivery = delivery


class LetGo(CannotReceive):
    """The file came, and was let go of when its days were over."""

    def __init__(self, day: date) -> None:
        super().__init__(LET_GO.format(day=words.day(day)))


def receive(
    file: BinaryIO,
    *,
    name: str,
    feed: Feed,
    source: Source | None = None,
    as_of: date,
    by: User | None,
    part_of: str = "",
) -> Delivery:
    """Keep a file that came by a feed. Raises CannotReceive; AlreadyReceived for one that came before and stands.

    `part_of` names what came as one, and was counted as one (`within_quota`) before it was sorted into several.
    """
    whose = _whose(feed, source)
    if as_of > timezone.localdate():
        raise CannotReceive(f"{words.day(as_of)} is still to come: a list tells of a day that has been.")
    with within_quota(by), transaction.atomic():
        left = quotas.ANY if part_of else quotas.for_file(by=by, source=whose)
        delivery = Delivery.objects.create(
            feed=feed, source=whose, name=name[-255:], digest="", size=0, as_of=as_of, received_by=by, part_of=part_of
        )
        delivery.digest, delivery.size = _keep(file, delivery)
        left.check(delivery.size)
        before = _came_before(delivery)
        if before is not None:
            transaction.set_rollback(True)
        else:
            delivery.save(update_fields=["digest", "size"])
    if before is not None:
        raise AlreadyReceived(before)
    return delivery


@contextmanager
def within_quota(by: User | None) -> Iterator[None]:
    """Raises CannotReceive for a file that is more than somebody may send; that it was refused is recorded."""
    try:
        yield
    except quotas.OverQuota as refusal:
        quotas.record(by=by, page=PAGE, what="files", refusal=refusal)
        raise CannotReceive(str(refusal)) from refusal


def _whose(feed: Feed, source: Source | None) -> Source:
    if not feed.is_active:
        raise CannotReceive(f"The feed {feed} is no longer in use.")
    whose = source or feed.source
    if whose is None:
        raise CannotReceive(f"Say whose file this is: the feed {feed} has lists from several sources.")
    if feed.source_id and feed.source_id != whose.pk:
        raise CannotReceive(f"The feed {feed} has lists from {feed.source} alone.")
    if whose.kind != feed.source_kind:
        raise CannotReceive(
            f"{whose} is a {whose.get_kind_display().lower()}, and the feed {feed} has lists from a "
            f"{feed.get_source_kind_display().lower()}."
        )
    return whose


def _keep(file: BinaryIO, delivery: Delivery) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
        digest.update(piece)
        size += len(piece)
        if size > LARGEST:
            raise CannotReceive(f"This file is larger than {LARGEST >> 20:,} megabytes. Send it in parts.")
        DeliveryPart.objects.create(delivery=delivery, number=number, content=piece)
    if not size:
        raise CannotReceive("This file is empty.")
    return digest.hexdigest(), size


def _came_before(delivery: Delivery) -> Delivery | None:
    """The same file, as of the same day or a later one: a list that says the same on another day says it again."""
    same = Delivery.objects.of(delivery.feed, delivery.source).filter(digest=delivery.digest).exclude(pk=delivery.pk)
    others = same.filter(as_of__gte=delivery.as_of).exclude(stage__in=[Stage.REFUSED, Stage.UNDONE])
    for before in others.order_by("-received_at"):
        if _may_know_of(before, delivery.received_by):
            return before
    return None


def _may_know_of(before: Delivery, by: User | None) -> bool:
    """Whether somebody may be told that this file came: one that holds rows for custodians, its sender and they alone.

    To anybody else it would tell that a guess of what stands in it is right.
    """
    if by is None or is_sender(by, before):
        return True
    family = conflicts.family_of(by, behind_shields=False)
    if family and before.all_rows.filter(child__in=family).exists():
        return False
    if by.may("see_shielded"):
        return True
    return before.stage in COMPARED and not before.all_rows.filter(behind_a_shield()).exists()


@contextmanager
def as_it_came(delivery: Delivery) -> Iterator[Path]:
    """The file on disk, for as long as it is read; its name ends as it did. Raises LetGo once it is gone."""
    if delivery.let_go_at:
        raise LetGo(timezone.localdate(delivery.let_go_at))
    with tempfile.NamedTemporaryFile(suffix=Path(delivery.name).suffix[:10]) as file:
        for content in delivery.parts.order_by("number").values_list("content", flat=True).iterator(chunk_size=4):
            file.write(content)
        file.flush()
        yield Path(file.name)
