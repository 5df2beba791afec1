"""What becomes of a school's returns and reports when two records of a child are merged: they follow the survivor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from childindex import words
from registry.merging import Rule, merge_rule, merge_stop
from registry.models import Child
from schools.models import (
    Absence,
    AuthorityRequest,
    Case,
    CaseEnquiry,
    Enquiry,
    HomeContact,
    HomeEducation,
    HomeEducator,
    Letter,
    NoContact,
    NotInSchool,
    NotInSchoolParent,
    NotInSchoolProvider,
    PupilReturn,
    Report,
)

Row = TypeVar("Row")


def register() -> None:
    merge_rule(PupilReturn, Rule.MOVE, said=_of_return)
    merge_rule(Absence, Rule.MOVE, said=_of_absence)
    merge_rule(Enquiry, Rule.MOVE, said=_of_enquiry)
    merge_rule(Report, Rule.MOVE, said=_of_report)
    merge_rule(Case, Rule.MOVE, said=_of_case, stays=leaves_case_behind)
    merge_rule(CaseEnquiry, Rule.MOVE, said=_of_case_enquiry)
    merge_rule(HomeEducation, Rule.MOVE, said=_of_home, stays=leaves_home_behind)
    merge_rule(HomeContact, Rule.MOVE, said=_of_home_contact)
    merge_rule(HomeEducator, Rule.MOVE, is_told=False)
    merge_rule(NotInSchool, Rule.MOVE, said=_of_entry, stays=leaves_entry_behind)
    for of_entry in (NotInSchoolParent, NotInSchoolProvider):
        merge_rule(of_entry, Rule.MOVE, is_told=False)
    merge_rule(Letter, Rule.MOVE, said=_of_letter, stays=leaves_letter_behind)
    merge_rule(NoContact, Rule.MOVE, is_told=False, stays=leaves_no_contact_behind)
    merge_rule(AuthorityRequest, Rule.MOVE, said=_of_request)
    merge_stop(stops)


def stops(survivor: Child, superseded: Child) -> Iterator[str]:
    """Of one child at one school, one absence is open at a time, and one report of a kind."""
    both = [survivor, superseded]
    away = Absence.objects.filter(child__in=both, to_date=None).select_related("school")
    for one in _twice([(each.school_id, each) for each in away]):
        yield (
            f"{one.school} has returned of both records that the pupil stays away. Have it say of one of them that the"
            " pupil is back."
        )
    told = Report.objects.filter(child__in=both, settled_at=None).select_related("school")
    for report in _twice([((each.school_id, each.kind), each) for each in told]):
        yield (
            f"{report.school} has told the council the same of both records: {report.get_kind_display()}. Settle one of"
            " the two reports first."
        )


def _twice(rows: list[tuple[object, Row]]) -> Iterator[Row]:
    seen = set()
    for key, row in rows:
        if key in seen:
            yield row
        seen.add(key)


def _of_return(one: PupilReturn) -> str:
    return f"{one.get_kind_display()} of {one.school}, {words.day(one.day)}"


def _of_absence(one: Absence) -> str:
    return f"{one.get_kind_display()} since {words.day(one.from_date)}, {one.school}"


def _of_enquiry(one: Enquiry) -> str:
    return f"{one.get_of_display()} looked for the pupil on {words.day(one.day)}"


def _of_report(one: Report) -> str:
    return f"{one.get_kind_display()}, as {one.school} says"


def _of_case(one: Case) -> str:
    return f"A case of missing education, opened on {words.day(one.opened_on)}"


def _of_case_enquiry(one: CaseEnquiry) -> str:
    return f"{one.kind}, {words.day(one.day)}"


def leaves_case_behind(one: Case, survivor: Child) -> bool:
    """A child has one open case: the survivor's stands."""
    return one.closed_at is None and Case.objects.open().filter(child=survivor).exists()


def _of_home(one: HomeEducation) -> str:
    return f"Educated at home from {words.day(one.from_date)}"


def leaves_home_behind(one: HomeEducation, survivor: Child) -> bool:
    """A child is educated at home once at a time: the survivor's stands."""
    return one.to_date is None and HomeEducation.objects.open().filter(child=survivor).exists()


def _of_home_contact(one: HomeContact) -> str:
    return f"{one.get_how_display()}, {words.day(one.day)}"


def _of_entry(one: NotInSchool) -> str:
    return f"On the register of children not in school since {words.day(one.registered_on)}"


def leaves_entry_behind(one: NotInSchool, survivor: Child) -> bool:
    """A child is on the register once: the survivor's entry stands."""
    return one.to_date is None and NotInSchool.objects.open().filter(child=survivor).exists()


def _of_letter(one: Letter) -> str:
    return f"A letter: {one.subject}"


def leaves_letter_behind(one: Letter, survivor: Child) -> bool:
    """One letter of a mailing goes to one child: both were written."""
    return Letter.objects.filter(mailing=one.mailing_id, child=survivor).exists()


def leaves_no_contact_behind(one: NoContact, survivor: Child) -> bool:
    """That nobody may contact the home is said once."""
    return one.lifted_at is None and NoContact.objects.in_force().filter(child=survivor).exists()


def _of_request(one: AuthorityRequest) -> str:
    return f"{one.get_kind_display()}: {one.authority}"
