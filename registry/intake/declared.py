"""What was changed about a feed, by whom and why: the feed itself, its rules, what its sources' columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from childindex import words
from childindex.models import Act, Source, SourceKind
from registry.intake.fields import FIELDS
from registry.intake.ruling import usual_for
from registry.models import Feed, FeedRule, Reading, Rule, Says

LABELS = {
    "name": "Name",
    "source": "Whose lists",
    "source_kind": "Kind of source",
    "carries": "Carries",
    "may_create": "May add a child",
    "is_full": "Is a full list",
    "applies_itself": "Applies by itself",
    "gateway": "Lawful gateway",
    "rhythm_days": "Days between lists",
    "is_active": "In use",
}
YES_NO = {True: "Yes", False: "No", None: "None"}


@dataclass(frozen=True)
class Difference:
    """One thing that an act made different, in words."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Declaration:
    """What one act changed about a feed. `by` is empty for what came with the software."""

    act_id: int
    by: str
    at: datetime
    why: str
    differences: tuple[Difference, ...]


def declarations(feed: Feed) -> list[Declaration]:
    """Everything that was changed, the latest first."""
    found = [*_of_feed(feed), *_of_rules(feed), *_of_readings(feed)]
    found.sort(key=lambda one: -one[0])
    acts = Act.objects.select_related("by").in_bulk({act_id for act_id, _ in found})
    told = []
    for act_id, pairs in groupby(found, key=lambda one: one[0]):
        act = acts[act_id]
        differences = tuple(difference for _, difference in pairs)
        told.append(Declaration(act_id, act.by.full_name if act.by else "", act.at, act.reason, differences))
    return told


def _pairs(rows: list[Any], same: Any) -> Iterator[tuple[Any, Any]]:
    """Each state of a row after the first with the one before it; the first with None."""
    for _, states in groupby(sorted(rows, key=lambda row: (same(row), row.history_id)), key=same):
        before = None
        for row in states:
            yield before, row
            before = row


def _of_feed(feed: Feed) -> Iterator[tuple[int, Difference]]:
    rows = list(Feed.history.filter(id=feed.pk))
    names = dict(Source.objects.filter(pk__in={row.source_id for row in rows}).values_list("pk", "name"))
    for before, row in _pairs(rows, attrgetter("id")):
        if before is None:
            yield row.act_id, Difference("Set up", "", row.name)
            continue
        for key, label in LABELS.items():
            column = "source_id" if key == "source" else key
            old, new = (_shown(key, getattr(state, column), names) for state in (before, row))
            if old != new:
                yield row.act_id, Difference(label, old, new)


def _shown(key: str, value: Any, names: Mapping[int, str]) -> str:
    if key == "source":
        return names.get(value, "Several")
    if key == "source_kind":
        return str(SourceKind(value).label)
    if key == "carries":
        return words.listed([words.inside(str(Says(one).label)) for one in value])
    return YES_NO.get(value, str(value)) if isinstance(value, bool) or value is None else str(value)


def _of_rules(feed: Feed) -> Iterator[tuple[int, Difference]]:
    usual = usual_for(feed)
    for before, row in _pairs(list(FeedRule.history.filter(feed=feed)), attrgetter("id")):
        old = before.rule if before else usual[row.says]
        if old != row.rule:
            told = (str(Rule(one).label) for one in (old, row.rule))
            yield row.act_id, Difference(f"Rule for {words.inside(str(Says(row.says).label))}", *told)


def _of_readings(feed: Feed) -> Iterator[tuple[int, Difference]]:
    rows = list(Reading.history.filter(feed=feed))
    names = dict(Source.objects.filter(pk__in={row.source_id for row in rows}).values_list("pk", "name"))
    for before, row in _pairs(rows, attrgetter("id")):
        whose = names[row.source_id]
        old_headings, old_codes = (before.headings, before.codes) if before else ({}, {})
        for heading in sorted({*old_headings, *row.headings}):
            old, new = (_field(said.get(heading)) for said in (old_headings, row.headings))
            if old != new:
                yield row.act_id, Difference(f"{whose}, column “{heading}”", old, new)
        for key in sorted({*old_codes, *row.codes}):
            was, now = old_codes.get(key, {}), row.codes.get(key, {})
            for code in sorted({*was, *now}):
                if was.get(code) != now.get(code):
                    meant = (_meaning(key, said.get(code, "")) for said in (was, now))
                    yield row.act_id, Difference(f"{whose}, {words.inside(FIELDS[key].label)} “{code}”", *meant)
        if (before.is_expected if before else True) != row.is_expected:
            yield (
                row.act_id,
                Difference(f"{whose}, lists expected", YES_NO[not row.is_expected], YES_NO[row.is_expected]),
            )


def _field(key: str | None) -> str:
    """What a column is read as; None where nothing was said of it."""
    if key is None:
        return "By its heading"
    return FIELDS[key].label if key in FIELDS else "Not read"


def _meaning(key: str, value: str) -> str:
    choices = FIELDS[key].meanings
    return str(choices(value).label) if choices and value in choices.values else value or "Nothing said"
