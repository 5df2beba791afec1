"""Who may sign in.

An account is invited, becomes active when its owner chooses a password, may be suspended and resumed, and ends closed.
It is never deleted, because what it did stays recorded. Each change to it leaves a row of history that names who made
it and why; the database writes that row, and refuses a change that gives no reason
(`childindex.accounts.changes.changing`). Passwords and the moment of the last sign-in are no part of history.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from childindex import roles
from childindex.recorded import WrittenByTrigger, append_only


class UserState(models.TextChoices):
    """Where an account stands. Only an active one can sign in or see anything."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    CLOSED = "closed", _("Closed")


class LowerCaseEmailField(models.EmailField):
    """An e-mail address that is the same address however it is capitalised."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> Self:
        return self.filter(state=UserState.ACTIVE)

    def overdue(self, day: date) -> Self:
        """Active accounts whose training or vetting should have been reviewed before `day`."""
        return self.active().filter(Q(training_review_date__lt=day) | Q(vetting_review_date__lt=day))


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new account, active unless `state` says otherwise; without a password it cannot sign in.

        Like every change it must say who makes it and why (`childindex.accounts.changes.changing`).
        """
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=username)


class HistoryOfUsers(pgtrigger.Trigger):
    """Keep what each account was, and refuse to change one without a reason."""

    def get_func(self, model: Any) -> str:
        past = User.history.model
        kept = {field.name for field in past._meta.concrete_fields}
        columns = [field.column for field in model._meta.concrete_fields if field.name in kept]

        def of(row: str) -> str:
            return ", ".join(f'{row}."{column}"' for column in columns)

        insert = (
            f'INSERT INTO "{past._meta.db_table}" ({", ".join(f"{chr(34)}{column}{chr(34)}" for column in columns)},'
            " history_date, history_user_id, history_change_reason, history_type) VALUES"
        )
        stamp = "clock_timestamp(), nullif(current_setting('childindex.user_by', true), '')::bigint, said"
        return f"""
            said := coalesce(current_setting('childindex.user_reason', true), '');
            IF TG_OP = 'UPDATE' AND ROW({of("NEW")}) IS NOT DISTINCT FROM ROW({of("OLD")}) THEN
                RETURN NULL;
            END IF;
            IF said = '' THEN
                RAISE EXCEPTION 'An account is not made or changed without saying who does it and why.'
                    USING ERRCODE = 'integrity_constraint_violation',
                        HINT = 'Write inside childindex.accounts.changes.changing(...).';
            END IF;
            IF TG_OP = 'DELETE' THEN
                {insert} ({of("OLD")}, {stamp}, '-');
            ELSE
                {insert} ({of("NEW")}, {stamp}, CASE TG_OP WHEN 'INSERT' THEN '+' ELSE '~' END);
            END IF;
            RETURN NULL;
        """


class User(AbstractBaseUser):
    """One person's account."""

    email = LowerCaseEmailField(_("email address"), max_length=254, unique=True)
    full_name = models.CharField(_("full name"), max_length=120)
    role = models.SlugField(_("role"), max_length=40)
    custodian = models.BooleanField(
        _("custodian of the index team"), default=False, help_text=_("May see what a shield hides.")
    )
    state = models.CharField(_("state"), max_length=10, choices=UserState.choices, default=UserState.ACTIVE)
    state_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state_at = models.DateTimeField(default=timezone.now)
    state_reason = models.TextField(blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    training_review_date = models.DateField(_("training to be reviewed by"), null=True, blank=True)
    vetting_review_date = models.DateField(_("vetting to be reviewed by"), null=True, blank=True)
    second_factor_reset_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = WrittenByTrigger(
        excluded_fields=["password", "last_login"], history_change_reason_field=models.TextField(null=True)
    )

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "role"]

    class Meta:
        ordering: ClassVar = ["full_name", "email"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="user_email_is_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("Enter the email address in small letters."),
            ),
            models.CheckConstraint(
                name="user_state_is_known",
                condition=Q(state__in=UserState.values),
                violation_error_message=_("Choose a state for the account."),
            ),
            models.CheckConstraint(
                name="user_has_a_name",
                condition=~Q(full_name=""),
                violation_error_message=_("Enter the person's full name."),
            ),
        ]
        triggers: ClassVar = [
            HistoryOfUsers(
                name="history_of_users",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("said", "text")],
            )
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Django's and allauth's question: may this account sign in?"""
        return self.state == UserState.ACTIVE

    def become(self, state: UserState, *, by: User | None, reason: str) -> None:
        """Move to another state, now. The caller saves."""
        self.state, self.state_by, self.state_at, self.state_reason = state, by, timezone.now(), reason

    @property
    def role_label(self) -> str:
        return roles.label(self.role)

    @property
    def permissions(self) -> frozenset[str]:
        """What this account may do now: nothing unless it is active."""
        if not self.is_active:
            return frozenset()
        granted = roles.permissions_of(self.role, custodian=self.custodian)
        withdrawn = settings.REFUSE_AFTER_REVIEW_DATE and self.overdue_reviews()
        return granted - roles.LOOKING if withdrawn else granted

    def may(self, permission: str) -> bool:
        """Whether the account may do this now. Raises UnknownPermission for a permission nobody declared."""
        return roles.known(permission) in self.permissions

    def may_any(self, permissions: Iterable[str]) -> bool:
        return any(self.may(permission) for permission in permissions)

    def overdue_reviews(self, day: date | None = None) -> list[str]:
        """Which reviews should have happened before `day` (today if left out): "training", "vetting"."""
        day = day or timezone.localdate()
        reviews = {"training": self.training_review_date, "vetting": self.vetting_review_date}
        return [name for name, due in reviews.items() if due and due < day]


for _trigger in append_only():
    _trigger.register(User.history.model)
