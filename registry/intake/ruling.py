"""Which rule stands for each kind of thing that a feed carries: its own, or else the usual one."""

from __future__ import annotations

from registry.models import Delivery, FeedRule, Rule, Says

DEFAULTS: dict[str, str] = {
    **dict.fromkeys(Says.values, Rule.TAKE),
    Says.BIRTH: Rule.ASK,
    Says.SEX: Rule.ASK,
}


def rules_of(delivery: Delivery) -> dict[str, str]:
    """The rule for each thing that the feed carries."""
    said = dict(FeedRule.objects.filter(feed=delivery.feed_id).values_list("says", "rule"))
    return {says: said.get(says, DEFAULTS[says]) for says in delivery.feed.carries}
