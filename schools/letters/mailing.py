"""Writing letters: to whom, who is left out and why, and what is kept.

Left out, singly as in a mailing: who has died, who is behind a shield, whose home nobody may contact, and who has no
address. A letter goes to the parents or carers of a child, none of whom it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from childindex import acts, words
from childindex.models import Source, User
from registry import disclosure
from registry.disclosure import Context, Summary
from registry.models import Child, ChildState, Enrolment
from schools.letters import wording
from schools.models import Case, CaseEnquiry, EnquiryKind, Letter, LetterTemplate, Mailing, NoContact

REPLY_WITHIN = timedelta(days=14)
WRITTEN = "letters_written"
ENQUIRY = "Write a letter"
DEAD, SHIELDED, NO_CONTACT, NO_ADDRESS, AWAY = (
    "have died",
    "are behind a shield",
    "must not be contacted",
    "have no address to write to",
    "have moved away",
)
MOST = 2_000
"""Letters of one mailing."""


class CannotWrite(Exception):
    """No letter was written; the text says why and what to do."""


@dataclass
class Addressees:
    """The children to whose homes a letter can go, in the order asked; and the others, each with the reason."""

    children: list[Summary] = field(default_factory=list)
    others: list[tuple[Summary, str]] = field(default_factory=list)

    @property
    def left_out(self) -> Counter[str]:
        """How many are left out, by reason."""
        return Counter(why for _, why in self.others)


def addressees(child_ids: Collection[int], *, to: Context) -> Addressees:
    """Who can be written to of some children. A fixed number of queries."""
    found = Addressees()
    children = disclosure.disclose(child_ids, to=to)
    own = Child.objects.filter(pk__in=children)
    dead = set(own.exclude(date_of_death=None).values_list("pk", flat=True))
    away = set(own.filter(state__in=[ChildState.MOVED_AWAY, ChildState.ARCHIVED]).values_list("pk", flat=True))
    barred = set(NoContact.objects.in_force().filter(child__in=children).values_list("child", flat=True))
    for child_id, child in children.items():
        why = _why_not(child, is_dead=child_id in dead, is_away=child_id in away, is_barred=child_id in barred)
        if why:
            found.others.append((child, why))
        else:
            found.children.append(child)
    return found


def _why_not(child: Summary, *, is_dead: bool, is_away: bool, is_barred: bool) -> str:
    if is_dead:
        return DEAD
    if child.shielded or child.withheld:
        return SHIELDED
    if is_barred:
        return NO_CONTACT
    if is_away:
        return AWAY
    return "" if child.address and child.area else NO_ADDRESS


def write(template: LetterTemplate, found: Addressees, *, by: User) -> Mailing:
    """Write a letter to each home that can be written to, and note it in each open case. Raises CannotWrite."""
    if len(found.children) > MOST:
        raise CannotWrite(f"One mailing has {MOST:,} letters at most. Choose fewer.")
    if not found.children:
        raise CannotWrite("Nobody is left to write to.")
    schools = _last_schools([one.child_id for one in found.children])
    with acts.act(by=by, source=Source.council(), reason_code=WRITTEN, reason=str(template)[:200]):
        ids = [one.child_id for one in found.children]
        list(Child.objects.in_lock_order().filter(pk__in=ids).values_list("pk"))
        made = Mailing.objects.create(template=template, by=by, left_out=dict(found.left_out))
        Letter.objects.bulk_create(
            _letter(made, child, schools.get(child.child_id, ""), by) for child in found.children
        )
        _note(made, ids, by)
    return made


def _letter(mailing: Mailing, child: Summary, last_school: str, by: User) -> Letter:
    template, values = mailing.template, _values(child, last_school, by)
    return Letter(
        mailing=mailing,
        child_id=child.child_id,
        address=(child.address or "")[:250],
        subject=wording.filled(template.subject, values)[:120],
        text=wording.filled(template.body, values),
    )


def _values(child: Summary, last_school: str, by: User) -> dict[str, str]:
    today = timezone.localdate()
    return {
        "child": child.name,
        "born": words.day(child.date_of_birth) if child.date_of_birth else "not known",
        "last_school": child.school or last_school or "no school",
        "officer": str(by),
        "council": settings.COUNCIL_NAME,
        "today": words.day(today),
        "reply_by": words.day(today + REPLY_WITHIN),
    }


def _last_schools(child_ids: Collection[int]) -> dict[int, str]:
    """The school at which each child was last."""
    spells = Enrolment.objects.filter(child__in=child_ids).select_related("school")
    spells = spells.order_by(F("to_date").asc(nulls_last=True), "pk")
    return {one.child_id: one.school.name for one in spells}


def _note(mailing: Mailing, child_ids: Collection[int], by: User) -> None:
    """Each open case says that a letter went."""
    kind = EnquiryKind.objects.filter(name=ENQUIRY).first()
    if kind is None:
        return
    held = Case.objects.open().filter(child__in=child_ids)
    CaseEnquiry.objects.bulk_create(
        CaseEnquiry(
            case_id=pk,
            child_id=child_id,
            kind=kind,
            day=timezone.localdate(),
            by=by,
            outcome=f"{mailing.template}"[:500],
        )
        for pk, child_id in held.values_list("pk", "child")
    )


def bar(child: Child, *, reason: str, by: User) -> None:
    """Say that nobody may contact the home; said again, the first reason stands."""
    with acts.act(by=by, source=Source.council(), reason_code="no_contact", reason=reason[:200]):
        Child.objects.in_lock_order().get(pk=child.pk)
        if not NoContact.objects.in_force().filter(child=child).exists():
            NoContact.objects.create(child=child, reason=reason, said_on=timezone.localdate(), said_by=by)


def lift(child: Child, *, by: User) -> None:
    """Say that the home may be contacted again."""
    with acts.act(by=by, source=Source.council(), reason_code="no_contact_lifted", reason="Lifted"):
        Child.objects.in_lock_order().get(pk=child.pk)
        NoContact.objects.in_force().filter(child=child).update(lifted_at=timezone.now(), lifted_by=by)
