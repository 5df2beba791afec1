"""What a school or a service has to say of a child before its list reaches that child's record.

Whoever may send a list could otherwise have the index say who somebody is: a row reaches a child by a UPN or an NHS
number with a name or the date of birth, by surname and forename with the date of birth, by the index number with
either, or by the source's own reference that was recognised before. Less goes to the council to decide. It is the
minimum of *Find a child*, so that no list reaches whom a practitioner's own search would not find.
"""

from __future__ import annotations

from childindex.models import SourceKind
from registry.intake.open_rows import OpenRow
from registry.linking.lists import Candidate, Link
from registry.matching.known import Standing
from registry.matching.levels import Birth, Name, Number
from registry.models import Delivery

CLAIMING = frozenset({SourceKind.SCHOOL, SourceKind.AGENCY})
NAMED = frozenset(level.said for level in Name if level >= Name.ALIKE)
BORN = frozenset(level.said for level in Birth if level >= Birth.ONE_DIGIT)


def says_enough(delivery: Delivery, row: OpenRow, found: Link) -> bool:
    """Whether a row that is linked to a child says enough of it, for its source."""
    if delivery.source.kind not in CLAIMING:
        return True
    meant = next((one for one in found.candidates if one.child_id == row.child_id), None)
    return meant is None or _is_enough(meant, bool(row.claim.get("index_number")))


def _is_enough(meant: Candidate, is_numbered: bool) -> bool:
    if meant.standing in (Standing.JOINED, Standing.SAME):
        return True
    levels = {field: level for field, level, _ in meant.reasons}
    surname, forename = levels.get("surname") in NAMED, levels.get("forename") in NAMED
    born = levels.get("date_of_birth") in BORN
    same = {levels.get("upn"), levels.get("nhs_number")}
    if Number.SAME.said in same or is_numbered:
        return surname or forename or born
    return surname and forename and born
