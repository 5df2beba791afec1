"""Rows under an identity that is closed: a new identity and the old one are never joined by what a list says.

A row that means the closed record is refused, and so is one that means the new record and has a number of the old.
The first is a shielded child's, and so custodians alone read it; the second says nothing that tells of another record.
"""

from __future__ import annotations

from collections.abc import Sequence

from registry import sealing
from registry.intake.asking import Asks, asks
from registry.intake.open_rows import OpenRow
from registry.models import IdentifierKind, Outcome

CLOSED = "This identity is closed. Nothing under it is taken in. Tell whoever sent the list that the child has left."
NOT_THEIRS = "It has a number that cannot be this child’s. Ask whoever sent the list for the right one."
NUMBERS = {"upn": IdentifierKind.UPN, "uln": IdentifierKind.ULN, "nhs_number": IdentifierKind.NHS_NUMBER}


def keep_apart(rows: Sequence[OpenRow]) -> None:
    """Refuse what would join an identity that is closed to anything. Of who is missing from a list nothing is asked."""
    meant = {row.child_id for row in rows if row.child_id}
    closed, numbers = sealing.closed_among(meant), sealing.numbers_of_old(meant)
    for row in rows:
        if row.child_id in closed:
            refused = asks(Asks.SEALED, CLOSED)
        elif {row.claim.get(key) for key in NUMBERS} & numbers.get(row.child_id or 0, frozenset()):
            refused = asks(Asks.SEALED, NOT_THEIRS)
        else:
            continue
        row.changes, row.questions = [], [refused]
        row.outcome = Outcome.REFUSED if row.number is not None else Outcome.CONFIRMED
