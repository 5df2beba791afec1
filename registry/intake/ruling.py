"""Which rule stands for each kind of thing that a feed carries: its own, or else the usual one."""

from __future__ import annotations

from childindex.models import SourceKind
from registry.models import Delivery, Feed, FeedRule, Rule, Says

BORN_WITH = (Says.BIRTH, Says.SEX)
DEFAULTS: dict[str, str] = {
    **dict.fromkeys(Says.values, Rule.TAKE),
    **dict.fromkeys(BORN_WITH, Rule.TAKE_IF_EMPTY),
}
ASKED_OF: dict[str, str] = {**DEFAULTS, **dict.fromkeys(BORN_WITH, Rule.ASK)}
"""Of health services, who were there: what they say otherwise is a question. From others it is a slip."""


def usual_for(feed: Feed) -> dict[str, str]:
    """The rule for each kind of thing, until somebody says otherwise for this feed."""
    return ASKED_OF if feed.source_kind == SourceKind.HEALTH else DEFAULTS


def rules_of(delivery: Delivery) -> dict[str, str]:
    """The rule for each thing that the feed of a delivery carries."""
    return rules_for(delivery.feed)


def rules_for(feed: Feed) -> dict[str, str]:
    """The rule for each thing that a feed carries."""
    usual = usual_for(feed)
    said = dict(FeedRule.objects.filter(feed=feed.pk).values_list("says", "rule"))
    return {says: said.get(says, usual[says]) for says in feed.carries}
