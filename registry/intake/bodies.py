"""Which school and practice the rows of a delivery speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from childindex.models import SourceKind
from registry.intake.comparing import Terms
from registry.models import Delivery, Practice, School, SchoolStatus


class Bodies:
    """Schools and practices by their numbers: a row names one, or else the source itself is meant."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self.schools = {
            **{f"{la}/{estab}": pk for pk, la, estab in _by_number(delivery.as_of)},
            **{str(urn): pk for pk, urn in School.objects.values_list("pk", "urn")},
        }
        self.called = _by_name()
        self.practices = {code.upper(): pk for pk, code in Practice.objects.values_list("pk", "ods_code")}
        kind, code = delivery.source.kind, delivery.source.code.rpartition("-")[2]
        self.own_school = self.schools.get(code) if kind == SourceKind.SCHOOL else None
        self.own_practice = self.practices.get(code.upper()) if kind == SourceKind.PRACTICE else None

    def terms(self, claim: Mapping[str, str], rules: Mapping[str, str]) -> Terms:
        school = claim.get("urn") or claim.get("laestab")
        practice = claim.get("practice_code")
        goes_to = claim.get("destination", "")
        return Terms(
            source_id=self.delivery.source_id,
            as_of=self.delivery.as_of,
            rules=rules,
            school_id=self.schools.get(school) if school else self.own_school,
            practice_id=self.practices.get(practice) if practice else self.own_practice,
            destination_id=self.schools.get(goes_to) or self.called.get(goes_to.casefold()),
        )


def _by_name() -> dict[str, int]:
    """Open schools of our area by a name that no other of them has."""
    named: dict[str, list[int]] = {}
    ours = School.objects.filter(in_area=True).exclude(status=SchoolStatus.CLOSED)
    for pk, name in ours.values_list("pk", "name"):
        named.setdefault(name.casefold(), []).append(pk)
    return {name: pks[0] for name, pks in named.items() if len(pks) == 1}


def _by_number(on: date) -> Iterable[tuple[int, str, str]]:
    """Schools by the number that they share with those before and after them, the one of the day last."""
    held = School.objects.standing(on=on).exclude(estab_number="")
    return held.reverse().values_list("pk", "la_code", "estab_number")
