"""Two records of one child become one, and can be taken apart again at any time."""

from registry.merging.merging import merge
from registry.merging.own import Side
from registry.merging.parting import Collision, Parting, rehearse_unmerging
from registry.merging.rehearsing import CannotMerge, Question, Rehearsal, rehearse
from registry.merging.rules import Rule, merge_rule, merge_stop
from registry.merging.unmerging import CannotUnmerge, unmerge

__all__ = [
    "CannotMerge",
    "CannotUnmerge",
    "Collision",
    "Parting",
    "Question",
    "Rehearsal",
    "Rule",
    "Side",
    "merge",
    "merge_rule",
    "merge_stop",
    "rehearse",
    "rehearse_unmerging",
    "unmerge",
]
