"""Saying how a feed is treated: set up, changed, its rules, and what its sources' columns and codes mean.

Each is an act with a reason, by the one door, so that who let a list change what, and since when, can always be told.
A form that was filled in before somebody else changed the same thing is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.text import slugify

from childindex import acts
from childindex.models import Act, Source, User
from registry.intake.ruling import usual_for
from registry.models import Delivery, Feed, FeedRule, Reading, Rule, Says

MEANWHILE = "Somebody changed this meanwhile. What stands now is shown below: look at it, and say it again if need be."
WHOSE = ("source", "source_kind")
DECLARED = "name source source_kind carries may_create is_full applies_itself gateway rhythm_days is_active".split()


class CannotDeclare(Exception):
    """Nothing was changed; the text says why and what to do."""


def version_of(feed: Feed) -> int:
    """The last act that changed a feed, a rule of it or a reading: by which a stale form is known."""
    kinds = (Feed.history.filter(id=feed.pk), *(one.history.filter(feed=feed) for one in (FeedRule, Reading)))
    return max(rows.order_by("-act_id").values_list("act_id", flat=True).first() or 0 for rows in kinds)


def set_up(said: Mapping[str, Any], *, by: User, because: str) -> Feed:
    """Declare a new feed; its code is made of its name. `said` are the fields of `DECLARED`. Raises CannotDeclare."""
    _refuse_name(said["name"], Feed.objects.all())
    with _at_once(), _act(by, "feed_set_up", because):
        code = _free_code(said["name"], Feed, "feed")
        return Feed.objects.create(code=code, **{key: said[key] for key in DECLARED if key in said})


def change(feed: Feed, said: Mapping[str, Any], *, version: int, by: User, because: str) -> None:
    """Change what is declared of a feed. Raises CannotDeclare."""
    _refuse_name(said["name"], Feed.objects.exclude(pk=feed.pk))
    wanted = {key: said[key] for key in DECLARED if key in said}
    with _at_once(), _unchanged(feed, version, by, "feed_changed", because) as locked:
        if any(getattr(locked, key) != wanted.get(key, getattr(locked, key)) for key in WHOSE) and is_used(locked):
            raise CannotDeclare("Lists have come by this feed: whose they are stays as it is. Set up another feed.")
        changed = [key for key, value in wanted.items() if getattr(locked, key) != value]
        for key in changed:
            setattr(locked, key, wanted[key])
        if not changed:
            raise CannotDeclare("Nothing is different from what stands already.")
        locked.save(update_fields=changed)


def _refuse_name(name: str, among: QuerySet[Feed]) -> None:
    if among.filter(name__iexact=name).exists():
        raise CannotDeclare(f"There is a feed of the name {name}. Give this one another.")


def is_used(feed: Feed) -> bool:
    """Whether a list has come by this feed."""
    return Delivery.objects.filter(feed=feed).exists()


def rule(feed: Feed, says: str, wanted: str, *, version: int, by: User, because: str) -> None:
    """Change the rule for one kind of thing that a feed carries. Raises CannotDeclare."""
    if says not in feed.carries:
        raise CannotDeclare(f"The lists of {feed} do not carry this: {Says(says).label}.")
    with _unchanged(feed, version, by, "feed_changed", because) as locked:
        own = FeedRule.objects.filter(feed=locked, says=says).first()
        if (own.rule if own else usual_for(locked)[says]) == wanted:
            raise CannotDeclare(f"This is the rule already: {Rule(wanted).label}.")
        if own is None:
            FeedRule.objects.create(feed=locked, says=says, rule=wanted)
        else:
            own.rule = wanted
            own.save(update_fields=["rule"])


def explain(
    feed: Feed,
    source: Source,
    *,
    headings: Mapping[str, str],
    codes: Mapping[str, Mapping[str, str]],
    is_expected: bool,
    version: int,
    by: User,
    because: str,
) -> None:
    """Remember what a source's columns and codes mean, and whether lists are expected of it. Raises CannotDeclare."""
    said = {"headings": dict(headings), "codes": {key: dict(one) for key, one in codes.items() if one}}
    said["is_expected"] = is_expected
    reading = Reading.objects.filter(feed=feed, source=source).first()
    if reading is not None and all(getattr(reading, key) == value for key, value in said.items()):
        return
    with _unchanged(feed, version, by, "columns_said", because):
        Reading.objects.update_or_create(feed=feed, source=source, defaults=said)


def add_source(feed: Feed, name: str, *, by: User, because: str) -> Source:
    """A new source of the kind that a feed has lists from."""
    plain = " ".join(name.split())
    with _at_once(), _act(by, "source_added", because):
        list(Feed.objects.select_for_update().filter(source_kind=feed.source_kind).order_by("pk"))  # one at a time
        same = Source.objects.filter(kind=feed.source_kind, name__iexact=plain).first()
        if same is not None:
            raise CannotDeclare(f"{same} is known already. Choose it where you send its list.")
        return Source.objects.create(code=_free_code(plain, Source, "source"), kind=feed.source_kind, name=plain)


def _free_code(name: str, model: type[Feed] | type[Source], otherwise: str) -> str:
    """A code that nobody has, made of a name; of one without letters or digits, from `otherwise`."""
    stem = slugify(name)[:50] or otherwise
    taken = set(model.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (stem, *numbered) if code not in taken)


@contextmanager
def _at_once() -> Iterator[None]:
    """Two people who give one name at once: the second is told."""
    try:
        yield
    except IntegrityError as refusal:
        raise CannotDeclare("Somebody has set up one of this name just now. Look at it first.") from refusal


@contextmanager
def _act(by: User, code: str, because: str) -> Iterator[Act]:
    with acts.act(by=by, source=Source.council(), reason_code=code, reason=because) as deed:
        yield deed


@contextmanager
def _unchanged(feed: Feed, version: int, by: User, code: str, because: str) -> Iterator[Feed]:
    """An act on a feed that is as it was when its form was shown; others wait for its end."""
    with _act(by, code, because):
        locked = Feed.objects.select_for_update().get(pk=feed.pk)
        if version_of(locked) != version:
            raise CannotDeclare(MEANWHILE)
        yield locked
