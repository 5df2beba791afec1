"""The weights of the matcher: a plain value with a name and a version, kept with every decision that it made.

For each field and level a model has three chances: `same`, that the two records of one child compare so; `strangers`,
that those of two children do who have nothing to do with each other; `household`, that those of siblings do.
Without the third, two children of a family who share a surname and an address would look like one child.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from registry.matching.levels import FIELDS

Chances = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Thresholds:
    """Scores in bits. A link is made at `joining` and kept at `staying`; from `possible` on, a person is asked.

    A second child who comes within `margin` of the first makes the outcome *many*.
    """

    joining: float = 6.0
    staying: float = 3.0
    possible: float = -2.0
    margin: float = 6.0

    @classmethod
    def of_costs(cls, *, wrong: float, missed: float) -> Thresholds:
        """What follows from costs, a person's look being 1: of a wrong link, and of leaving a true one unseen.

        A link is made where a look would cost more than the chance that it is wrong, and a person asked where a look
        costs less than the chance that it is right. The standard thresholds are those of 65 and 5.
        """
        joining, possible = math.log2(wrong - 1), -math.log2(missed - 1)
        return cls(joining, joining / 2, possible, joining)


@dataclass(frozen=True)
class Model:
    """Weights, what they were learned from, and the thresholds that go with them.

    `found` is the share of rows whose child is in the index; `relatives` how many brothers and sisters of a row's child
    are there.
    """

    name: str
    version: int
    same: Chances
    strangers: Chances
    household: Chances
    found: float = 0.9
    relatives: float = 1.0
    thresholds: Thresholds = field(default_factory=Thresholds)
    learned_from: str = ""

    def __post_init__(self) -> None:
        for chances in (self.same, self.strangers, self.household):
            for name, levels in FIELDS.items():
                if len(chances[name]) != max(levels):
                    raise ValueError(f"The weights of {name} should be {max(levels)} in number.")

    def prior(self, children: int) -> float:
        """What there is before anything is compared: the bits for one of so many children to be the one."""
        return math.log2(self.found / (1 - self.found) / max(children, 1))

    def with_thresholds(self, thresholds: Thresholds) -> Model:
        return replace(self, thresholds=thresholds)

    def as_json(self) -> str:
        """The model as text that `from_json` reads back without loss."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Model:
        stored = json.loads(text)
        for kind in ("same", "strangers", "household"):
            stored[kind] = {name: tuple(chances) for name, chances in stored[kind].items()}
        return cls(**{**stored, "thresholds": Thresholds(**stored["thresholds"])})


def _shares(*weights: float) -> tuple[float, ...]:
    total = sum(weights)
    return tuple(weight / total for weight in weights)


# Where learning starts, and what stands in where there is too little to learn from. From the least alike to the most.
SAME: Chances = {
    "forename": _shares(0.8, 0.2, 0.4, 0.8, 0.6, 1.2, 0.8, 1.2, 4, 2, 3, 85),
    "middle_names": _shares(3, 4, 3, 90),
    "surname": _shares(1.6, 0.2, 0.1, 0.8, 0.5, 1.5, 0.3, 2, 4, 2, 0.5, 87),
    "order": _shares(0.7, 99.3),
    "date_of_birth": _shares(0.6, 0.4, 0.6, 1, 2, 0.8, 94.6),
    "sex": _shares(0.7, 99.3),
    "place": _shares(9, 2.5, 1, 1, 3, 1.5, 2, 20, 60),
    "upn": _shares(1.5, 1.5, 97),
    "nhs_number": _shares(0.7, 1.3, 98),
    "uln": _shares(1, 1, 98),
    "carer": _shares(15, 10, 75),
    "telephone": _shares(30, 70),
    "school": _shares(12, 88),
}
STRANGERS: Chances = {
    "forename": _shares(85, 9, 0.3, 2, 0.3, 0.3, 0.2, 0.3, 0.6, 0.6, 0.3, 1),
    "middle_names": _shares(93, 3, 2, 2),
    "surname": _shares(86, 9, 0.1, 2, 0.3, 0.3, 0.2, 0.3, 0.4, 0.5, 0.1, 0.7),
    "order": (1.0, 1.0),  # a swap is found only where both names agree crosswise: the chance of that is in the names
    "date_of_birth": _shares(86, 5.5, 0.27, 0.45, 0.3, 0.05, 0.02),
    "sex": _shares(50, 50),
    "place": _shares(95, 4, 0.6, 0.01, 0.006, 0.01, 0.006, 0.006, 0.001),
    "upn": _shares(99.99, 0.005, 0.002),
    "nhs_number": _shares(99.99, 0.005, 0.001),
    "uln": _shares(99.99, 0.005, 0.001),
    "carer": _shares(98.5, 1.4, 0.02),
    "telephone": _shares(99.99, 0.005),
    "school": _shares(99.5, 0.5),
}
HOUSEHOLD: Chances = {
    "forename": _shares(82, 8, 1.5, 2.5, 1.5, 1.5, 0.4, 0.4, 0.4, 0.4, 0.2, 0.4),
    "middle_names": _shares(80, 7, 3, 10),
    "surname": _shares(8, 1, 0.2, 0.8, 1, 2, 0.2, 1, 1.5, 0.6, 0.3, 83.4),
    "order": (1.0, 1.0),
    "date_of_birth": _shares(84, 5, 1, 1.5, 0.8, 0.2, 3),
    "sex": _shares(50, 50),
    "place": _shares(5, 2, 0.6, 1, 3, 1.5, 3, 22, 62),
    "upn": _shares(99.6, 0.3, 0.1),
    "nhs_number": _shares(99.6, 0.3, 0.1),
    "uln": _shares(99.6, 0.3, 0.1),
    "carer": _shares(10, 10, 80),
    "telephone": _shares(30, 70),
    "school": _shares(55, 45),
}
STANDARD = Model("standard", 1, SAME, STRANGERS, HOUSEHOLD)
