"""The closed list of grounds on which a pupil of compulsory school age leaves an admission register.

Regulation 9(1) of the School Attendance (Pupil Registration) (England) Regulations 2024 (SI 2024/208), in force since
19 August 2024; before that, regulation 8(1) of the 2006 Regulations (SI 2006/1751). The same letter means different
things in the two, so a ground is kept as regime and letter. Words are ours, shortened; the regulations are the law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schools.models import AbsenceKind

REGIME_2024, REGIME_2006 = "2024", "2006"
IN_FORCE = date(2024, 8, 19)
TEN, TWENTY = 10, 20


@dataclass(frozen=True)
class Ground:
    """One ground. `absent` is how many school days of what kind of absence it needs, with joint enquiries."""

    regime: str
    letter: str
    words: str
    needs_school: bool = False
    absent: tuple[AbsenceKind, int] | None = None

    @property
    def number(self) -> str:
        return f"{'9' if self.regime == REGIME_2024 else '8'}(1)({self.letter})"

    @property
    def code(self) -> str:
        return f"{self.regime}-{self.letter}"

    def __str__(self) -> str:
        return f"{self.number}: {self.words}"


def _of_2024(letter: str, words: str, **options: bool | tuple[AbsenceKind, int]) -> Ground:
    return Ground(REGIME_2024, letter, words, **options)  # type: ignore[arg-type]


def _of_2006(letter: str, words: str, **options: bool | tuple[AbsenceKind, int]) -> Ground:
    return Ground(REGIME_2006, letter, words, **options)  # type: ignore[arg-type]


GROUNDS: dict[str, Ground] = {
    ground.code: ground
    for ground in (
        _of_2024("a", "registered at another school", needs_school=True),
        _of_2024("b", "has had nursery education here and does not go on"),
        _of_2024("c", "on two rolls, and the other school agrees", needs_school=True),
        _of_2024("d", "a school attendance order names another school now", needs_school=True),
        _of_2024("e", "a school attendance order was revoked: education otherwise is arranged"),
        _of_2024("f", "the parent has said in writing that the pupil is educated otherwise than at school"),
        _of_2024("g", "lives too far away now"),
        _of_2024("h", "not back within 10 school days after leave", absent=(AbsenceKind.AFTER_LEAVE, TEN)),
        _of_2024("i", "away without leave for 20 school days", absent=(AbsenceKind.UNAUTHORISED, TWENTY)),
        _of_2024("j", "detained for at least four months, and not expected back"),
        _of_2024("k", "has died"),
        _of_2024("l", "over compulsory school age before the school meets again, and does not stay on"),
        _of_2024("m", "a boarder whose fees are not paid"),
        _of_2024("n", "permanently excluded"),
        _of_2006("a", "a school attendance order was changed or revoked"),
        _of_2006("b", "registered at another school", needs_school=True),
        _of_2006("c", "on two rolls, and the other school agreed", needs_school=True),
        _of_2006("d", "the parent said in writing that the pupil is educated otherwise than at school"),
        _of_2006("e", "no longer lived within reasonable distance"),
        _of_2006("f", "not back within 10 school days after leave", absent=(AbsenceKind.AFTER_LEAVE, TEN)),
        _of_2006("h", "away without leave for 20 school days", absent=(AbsenceKind.UNAUTHORISED, TWENTY)),
    )
}
HOME_EDUCATION = {"2024-f", "2006-d"}
DIED = "2024-k"


def in_force(on: date) -> list[Ground]:
    """The grounds that may be chosen for somebody whose last day is this one."""
    regime = REGIME_2024 if on >= IN_FORCE else REGIME_2006
    return [ground for ground in GROUNDS.values() if ground.regime == regime]


def named(regime: str, letter: str) -> str:
    """A ground in words, for people: *9(1)(a): registered at another school*. What is not known is given as it is."""
    found = GROUNDS.get(f"{regime}-{letter}")
    return str(found) if found else f"{letter} of the {regime} Regulations"
