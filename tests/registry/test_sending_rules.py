"""The rules of what a sender may learn: each names a test that is there."""

from pathlib import Path

from registry.disclosure import sending

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def test_each_rule_of_what_a_sender_may_learn_is_held_by_a_test():
    missing = []
    for rule in sending.RULES:
        file, _, name = rule.held_by.partition("::")
        path = CHECKOUT / file
        if not path.exists() or f"def {name}(" not in path.read_text():
            missing.append(rule.held_by)

    assert missing == []
    assert len(sending.RULES) >= 12
