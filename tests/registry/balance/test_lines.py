"""The rules by which every child stands in exactly one line."""

from itertools import product
from pathlib import Path

import pytest

from registry.balance.lines import HEADLINE, LINES, RULES, STATUTORY, Age, Left, Line, Lives, Rolls, Standing, line_of
from registry.models import ArrangementKind, ChildState

USUAL = Standing(
    state="live",
    is_dead=False,
    age=Age.COMPULSORY,
    lives=Lives.HERE,
    rolls=Rolls.ONE,
    in_area=True,
    is_confirmed=True,
    is_unseen=False,
    is_to_come=False,
    arranged="",
    left=Left.NOT,
)
OFF = USUAL._replace(rolls=Rolls.NONE, in_area=False, is_confirmed=False)
TABLE = [
    (USUAL, "confirmed"),
    (USUAL._replace(is_confirmed=False), "not_confirmed"),
    (USUAL._replace(is_unseen=True), "not_seen"),
    (USUAL._replace(rolls=Rolls.DUAL), "dual"),
    (USUAL._replace(rolls=Rolls.DUAL, is_unseen=True), "not_seen"),
    (USUAL._replace(rolls=Rolls.CONFLICT, is_unseen=True), "conflict"),
    (USUAL._replace(in_area=False, is_confirmed=False), "outside"),
    (USUAL._replace(arranged="home_education"), "confirmed"),
    (USUAL._replace(arranged="case_open", is_confirmed=False), "not_confirmed"),
    (OFF._replace(is_to_come=True, arranged="awaiting_place"), "to_come"),
    (OFF._replace(arranged="home_education", left=Left.BEYOND), "at_home"),
    (OFF._replace(arranged="other_provision"), "other"),
    (OFF._replace(arranged="case_open", left=Left.BEYOND), "missing"),
    (OFF._replace(arranged="awaiting_place", left=Left.WITHIN), "awaiting"),
    (OFF._replace(left=Left.WITHIN), "left_within"),
    (OFF._replace(left=Left.BEYOND), "left_beyond"),
    (OFF, "no_roll"),
    (OFF._replace(age=Age.UNKNOWN), "no_roll"),
    (USUAL._replace(age=Age.BELOW), "below"),
    (OFF._replace(age=Age.BELOW), "below"),
    (USUAL._replace(age=Age.AFTER), "after_in"),
    (OFF._replace(age=Age.AFTER, arranged="other_provision"), "after_in"),
    (OFF._replace(age=Age.AFTER, arranged="case_open"), "after_not"),
    (OFF._replace(age=Age.ADULT), "adult"),
    (USUAL._replace(lives=Lives.ELSEWHERE), "elsewhere"),
    (USUAL._replace(lives=Lives.ELSEWHERE, in_area=False), "moved_away"),
    (OFF._replace(lives=Lives.ELSEWHERE), "moved_away"),
    (USUAL._replace(state="moved_away"), "moved_away"),
    (OFF._replace(lives=Lives.LEFT_ENGLAND), "left_england"),
    (USUAL._replace(lives=Lives.LEFT_ENGLAND), "confirmed"),
    (USUAL._replace(state="archived"), "archived"),
    (USUAL._replace(is_dead=True, state="archived"), "dead"),
]


@pytest.mark.parametrize(("standing", "line"), TABLE, ids=[f"{line} {place}" for place, (_, line) in enumerate(TABLE)])
def test_a_child_of_this_standing_is_in_this_line(standing, line):
    assert line_of(standing) == line


def test_every_line_is_reached_and_said_of():
    assert {line for _, line in TABLE} == set(Line)
    assert list(LINES) == list(Line)
    assert {line for line, _ in RULES} == set(Line)


def test_whatever_is_true_of_a_child_it_stands_in_one_line():
    states = [state for state in ChildState.values if state != ChildState.SUPERSEDED]
    yes_or_no = (False, True)
    every = product(
        states, yes_or_no, Age, Lives, Rolls, yes_or_no, yes_or_no, yes_or_no, yes_or_no,
        ["", *ArrangementKind.values], Left,
    )  # fmt: skip

    found = {line_of(Standing(*facts)) for facts in every}

    assert found == set(Line)


def test_who_is_missing_education_is_of_the_headline():
    assert set(STATUTORY) == {Line.AWAITING, Line.MISSING, Line.NO_ROLL}
    assert set(STATUTORY) < set(HEADLINE)


def test_the_document_says_of_every_line_whether_it_is_of_the_headline():
    rows = (Path(__file__).resolve().parents[3] / "docs" / "balance.md").read_text().splitlines()

    for line, about in LINES.items():
        marks = "yes, missing education" if line in STATUTORY else "yes" if line in HEADLINE else ""
        assert any(
            row.startswith(f"| {about.label} |") and row.endswith(f"| {marks} |".replace("|  |", "| |")) for row in rows
        )
