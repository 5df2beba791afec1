"""What a sender may learn: each thing that can be sent, what is read of it by whom, and which test holds to it.

`docs/access.md` is written from here, as the matrix of what is read is from `fields`. The rooms above add what can be
sent to them, from `AppConfig.ready`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """One thing that can be sent, in words, and what is read of it. `held_by` is the test that holds to it."""

    what: str
    sender: str
    others: str
    custodians: str
    held_by: str


RULES: list[Sent] = []


def register_sent(what: str, *, sender: str, others: str, custodians: str, held_by: str) -> None:
    """Add a rule, once."""
    rule = Sent(what, sender, others, custodians, held_by)
    if rule not in RULES:
        RULES.append(rule)


def table() -> str:
    """The rules as Markdown, one a line."""
    lines = [["what is sent", "its sender reads", "others of the council read", "custodians", "held by"], ["---"] * 5]
    lines += [[one.what, one.sender, one.others, one.custodians, f"`{one.held_by}`"] for one in RULES]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


_LOOKS = "tests/registry/intake/test_two_looks.py"
_QUEUE = "read it behind shields, and write it or let it go"

register_sent(
    "a row that says a shielded child’s name and date of birth, or index number, whatever else it says",
    sender="its own words, and *received*",
    others="nothing: no row, no count, no gap",
    custodians=_QUEUE,
    held_by=f"{_LOOKS}::test_a_row_that_meets_a_shielded_child_is_received_whatever_else_stands_in_it",
)
register_sent(
    "a file that has no other rows, or is not compared yet",
    sender="the file",
    others="nothing: there is no such file",
    custodians="the file",
    held_by=f"{_LOOKS}::test_a_file_with_no_other_rows_is_not_there_for_others",
)
register_sent(
    "the same file again, as a guess of what somebody else sent",
    sender="whatever its rows come to",
    others="nothing",
    custodians="that it came before",
    held_by=f"{_LOOKS}::test_that_a_guessed_file_came_before_is_not_told",
)
register_sent(
    "a number, address, carer or telephone of a shielded child beside another name",
    sender="what it would read of one that nobody has",
    others="the same",
    custodians="are told whose it is",
    held_by=f"{_LOOKS}::test_a_hidden_number_in_somebody_else_s_row_is_one_that_nobody_has",
)
register_sent(
    "a number of an identity that is closed, in a row or a form",
    sender="what it would read of one that nobody has",
    others="the same",
    custodians="are told",
    held_by=f"{_LOOKS}::test_an_old_number_is_answered_as_one_that_nobody_has_and_custodians_are_told",
)
register_sent(
    "a full list without a shielded child whom its source has",
    sender="nothing of it, no brake, no percentage",
    others="nothing",
    custodians="say whether the child has left",
    held_by=f"{_LOOKS}::test_brakes_and_absence_count_what_is_open_to_everybody_alone",
)
register_sent(
    "a reference by which its source knows a shielded child, under another name",
    sender="of the source: its own words, and *received*; anybody else: what it would read of a new one",
    others="nothing; the same",
    custodians=_QUEUE,
    held_by=f"{_LOOKS}::test_what_its_own_people_say_again_is_known_by_their_reference_and_what_others_send_is_not",
)
register_sent(
    "a school’s or service’s row with less than a number and a name, or names and date of birth",
    sender="that it was received",
    others="a question: is it this child?",
    custodians="the same question",
    held_by=(
        f"{_LOOKS}::test_a_school_s_row_reaches_a_child_by_a_number_or_by_names_and_birth_and_never_by_an_address"
    ),
)
register_sent(
    "a row about somebody’s own family",
    sender="its own words, and *received*; nothing of it is written by them",
    others="as any row, and apply it",
    custodians="the same",
    held_by=f"{_LOOKS}::test_rows_about_somebody_s_own_family_are_received_and_left_for_another_to_apply",
)
register_sent(
    "a row of which an officer says that it means a shielded child",
    sender="*received*",
    others="nothing",
    custodians=_QUEUE,
    held_by=f"{_LOOKS}::test_a_row_that_an_officer_gives_to_a_shielded_child_goes_to_the_custodians",
)
register_sent(
    "an extract of a former system that has a shielded child",
    sender="its own words, and *received*",
    others="the same",
    custodians="the same, and write it by hand",
    held_by=(
        "tests/registry/first_load/test_loading.py"
        "::test_what_meets_a_shielded_child_is_set_aside_and_nothing_of_it_is_written"
    ),
)
register_sent(
    "a list to be matched and given back",
    sender="a shielded child as one who is not in the index",
    others="nothing",
    custodians="the child",
    held_by=(
        "tests/registry/list_match/test_matching_a_list.py"
        "::test_a_shielded_child_comes_back_as_nobody_and_is_in_no_count"
    ),
)
