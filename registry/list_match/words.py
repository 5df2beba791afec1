"""What became of a row of a list, and how long a list is kept."""

from __future__ import annotations

MATCH, POSSIBLE, MANY, NONE = "m", "p", "y", "n"
SAID = {
    MATCH: "match",
    POSSIBLE: "possible",
    MANY: "many",
    NONE: "none",
}
"""The letter that is kept for each row, and the word that is returned."""
MEANING = {
    MATCH: "One child of the index, and surely.",
    POSSIBLE: "A child of the index could be meant, but not so surely that it can be said.",
    MANY: "Two children or more fit about as well as each other.",
    NONE: "Nobody whom the index may tell of fits.",
}
MOST_ROWS = 50_000
DAYS_KEPT = 14
