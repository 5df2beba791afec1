"""Which rule stands for each kind of thing that a feed carries: its own, or else the usual one."""

from __future__ import annotations

from childindex.models import SourceKind
from registry.models import Delivery, FeedRule, Rule, Says

BORN_WITH = (Says.BIRTH, Says.SEX)
DEFAULTS: dict[str, str] = {
    **dict.fromkeys(Says.values, Rule.TAKE),
    **dict.fromkeys(BORN_WITH, Rule.TAKE_IF_EMPTY),
}
ASKED_OF: dict[str, str] = {**DEFAULTS, **dict.fromkeys(BORN_WITH, Rule.ASK)}
"""Of health services, who were there: what they say otherwise is a question. From others it is a slip."""


def rules_of(delivery: Delivery) -> dict[str, str]:
    """The rule for each thing that the feed carries."""
    usual = ASKED_OF if delivery.feed.source_kind == SourceKind.HEALTH else DEFAULTS
    said = dict(FeedRule.objects.filter(feed=delivery.feed_id).values_list("says", "rule"))
    return {says: said.get(says, usual[says]) for says in delivery.feed.carries}
