"""Four eyes: rights over shields, and who may give them, are asked for by one person and approved by another.

    asked = ask(CUSTODIAN, user=olive, reason="Joins the index team", by=morgan)
    decide(asked, is_approved=True, by=greta, site="https://index.example.org")

Nothing of what is asked holds until a second person, who may `approve_rights`, has approved it; then it is carried out
as the deed of whoever asked, who must still be one who may ask. Whoever asked, whoever may decide and the person
concerned are written to. Taking such a right away is no matter of this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone

from childindex import acts, roles, words
from childindex.accounts import invitations, people
from childindex.accounts.changes import CannotChange
from childindex.models import Approval, Source, User

PERMISSION = "approve_rights"
CUSTODIAN, ROLE, INVITATION = "custodian", "role", "invitation"
OWN = "Somebody else has to decide: you asked for this yourself."
ALONE = (
    "Nobody else may approve this yet. Whoever runs the installation invites a second data manager, or information"
    " governance, from its command line: manage.py invite_user."
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One sort of thing that is approved.

    `permission` is what whoever asks must hold; `says` completes *… is to* in words; `carry_out` does it, given the
    approval and the address of the installation.
    """

    code: str
    permission: str
    says: Callable[[Approval], str]
    carry_out: Callable[[Approval, str], None]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind. Raises UnknownPermission."""
    roles.known(kind.permission)
    _kinds[kind.code] = kind


def ask(
    code: str,
    *,
    by: User,
    reason: str,
    user: User | None = None,
    email: str = "",
    details: dict[str, Any] | None = None,
) -> Approval:
    """Ask for something on behalf of an account, or of the address of one still to be made.

    Raises CannotChange for somebody who may not ask, for oneself, for what waits already, and where nobody could
    approve it.
    """
    concerned = (user.email if user else email.strip()).lower()
    _may_ask(code, by)
    if concerned == by.email:
        raise CannotChange("You cannot change your own account. Ask another data manager.")
    if not any(one for one in people.who_may(PERMISSION) if one.email not in (by.email, concerned)):
        raise CannotChange(ALONE)
    said = f"{code} for {concerned}"[:200]
    try:
        with acts.act(by=by, source=Source.council(), reason_code="approval_asked", reason=said):
            asked = Approval.objects.create(
                kind=code, user=user, email=concerned, details=details or {}, reason=reason.strip(), asked_by=by
            )
    except IntegrityError as error:
        raise CannotChange("The same is asked for this account already, and waits to be approved.") from error
    transaction.on_commit(lambda: _write("asked", asked, [by, *filter(None, [user]), *people.who_may(PERMISSION)]))
    return asked


def decide(approval: Approval, *, is_approved: bool, refusal: str = "", by: User, site: str) -> Approval:
    """Say yes, which carries it out, or no with a reason. `site` is the address of this installation.

    Raises CannotChange, and then nothing was written: for one's own asking, for what is about oneself, for what
    somebody has decided, and where it cannot be carried out any more.
    """
    if not by.may(PERMISSION):
        raise CannotChange("Only another data manager or information governance may decide this.")
    with transaction.atomic():
        held = Approval.objects.select_for_update(of=["self"]).select_related("asked_by", "user").get(pk=approval.pk)
        _may_decide(held, by, is_approved=is_approved, refusal=refusal)
        said = f"{'Approved' if is_approved else 'Refused'}: {held}"[:200]
        with acts.act(by=by, source=Source.council(), reason_code="approval_decided", reason=said):
            held.decided_by, held.decided_at, held.is_approved = by, timezone.now(), is_approved
            held.refusal = "" if is_approved else refusal.strip()
            held.save()
        if is_approved:
            _may_ask(held.kind, held.asked_by)
            _kinds[held.kind].carry_out(held, site)
        transaction.on_commit(lambda: _write("decided", held, [held.asked_by, by, *filter(None, [held.user])]))
    return held


def sentence(approval: Approval) -> str:
    """What is asked, for whom: *Olive Officer is to be a custodian of the index team*."""
    who = approval.user.full_name if approval.user else approval.details.get("full_name", "")
    return f"{who or approval.email} ({approval.email}) is to {_kinds[approval.kind].says(approval)}"


def invite(*, by: User, reason: str, **said: Any) -> User | Approval:
    """A new account; in a role that gives rights over shields it is asked for, and a second person approves it."""
    if not roles.is_guarded(said["role"]):
        return people.invite(by=by, reason=reason, **said)
    people.refuse_a_known_address(said["email"])
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}
    return ask(INVITATION, email=said["email"], details=plain, reason=reason, by=by)


def change_role(user: User, *, role: str, by: User, reason: str) -> User | Approval:
    """Another role; one that gives rights over shields is asked for."""
    if user.role == role or not roles.is_guarded(role):
        return people.change_role(user, role=role, by=by, reason=reason)
    return ask(ROLE, user=user, details={"role": role}, reason=reason, by=by)


def set_custodian(user: User, *, custodian: bool, by: User, reason: str) -> User | Approval:
    """No longer a custodian, at once; or one, which is asked for."""
    if user.custodian == custodian or not custodian:
        return people.set_custodian(user, custodian=custodian, by=by, reason=reason)
    return ask(CUSTODIAN, user=user, reason=reason, by=by)


def history_of(approval: Approval) -> str:
    """The reason that the history of an account keeps."""
    return f"{approval.reason.rstrip('.')}. Approved by {approval.decided_by}."


def _may_ask(code: str, by: User) -> None:
    needed = _kinds[code].permission
    if not by.may(needed):
        raise CannotChange(f"{by} may not ask for this: their account may not {roles.PERMISSIONS[needed]}.")


def _may_decide(held: Approval, by: User, *, is_approved: bool, refusal: str) -> None:
    if held.decided_at is not None:
        raise CannotChange("Somebody has decided this already. Look at the list again.")
    if held.asked_by_id == by.pk:
        raise CannotChange(OWN)
    if held.email == by.email:
        raise CannotChange("Somebody else has to decide: this is about your own account.")
    if not is_approved and not refusal.strip():
        raise CannotChange("Say why it is refused.")


def _write(about: str, approval: Approval, to: Iterable[User]) -> None:
    """A letter to each. What was done stands where one cannot be sent: the list of approvals shows it."""
    subject = {"asked": "a right waits to be approved", "decided": "a right was approved or refused"}[about]
    text = {
        "approval": approval,
        "sentence": sentence(approval),
        "day": words.day(timezone.localdate(approval.asked_at)),
    }
    for address in dict.fromkeys(user.email for user in to):
        try:
            send_mail(
                subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}{subject}",
                message=render_to_string(f"accounts/email/approval_{about}.txt", text),
                from_email=None,
                recipient_list=[address],
            )
        except OSError:
            logger.exception("A letter about an approval could not be sent")


def _account(approval: Approval) -> User:
    assert approval.user is not None
    return approval.user


def _decided(approval: Approval) -> dict[str, Any]:
    return {"by": approval.asked_by, "approved_by": approval.decided_by, "reason": history_of(approval)}


def _make_custodian(approval: Approval, site: str) -> None:
    people.set_custodian(_account(approval), custodian=True, **_decided(approval))


def _give_role(approval: Approval, site: str) -> None:
    people.change_role(_account(approval), role=approval.details["role"], **_decided(approval))


def _send_invitation(approval: Approval, site: str) -> None:
    said = dict(approval.details)
    for name in ("training_review_date", "vetting_review_date"):
        said[name] = date.fromisoformat(said[name]) if said.get(name) else None
    made = people.invite(**said, **_decided(approval))
    transaction.on_commit(lambda: _invite(made, site, approval.asked_by))


def _invite(made: User, site: str, by: User) -> None:
    try:
        invitations.send(made, site=site, by=by)
    except OSError:
        logger.exception("An invitation could not be sent")


def _role_said(approval: Approval) -> str:
    return f"be {words.inside(roles.label(approval.details['role']))}"


register(Kind(CUSTODIAN, "manage_users", lambda approval: "be a custodian of the index team", _make_custodian))
register(Kind(ROLE, "manage_users", _role_said, _give_role))
register(Kind(INVITATION, "manage_users", lambda approval: f"be invited, to {_role_said(approval)}", _send_invitation))
