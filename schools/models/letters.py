"""Letters to children's homes: the council's templates, what was written, and homes that nobody may write to."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Child

LONGEST_LETTER = 4000


@recorded()
class LetterTemplate(models.Model):
    """A letter with place-holders, which the council keeps: {child}, {born}, {last_school}, {officer}, {reply_by}."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("text"), max_length=LONGEST_LETTER)
    is_active = models.BooleanField(_("in use"), default=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


@recorded()
class Mailing(models.Model):
    """Letters of one template that were written at once; and why others were not, by reason."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.PROTECT, related_name="mailings")
    made_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    left_out = models.JSONField(default=dict)

    history = history()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.template}, {self.made_at:%Y-%m-%d}"


@recorded(subjects="SELECT child_id FROM {rows}")
class Letter(models.Model):
    """One letter as it was written, to the parents or carers of one child."""

    mailing = models.ForeignKey(Mailing, on_delete=models.PROTECT, related_name="letters")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="letters")
    address = models.CharField(max_length=250)
    subject = models.CharField(max_length=120)
    text = models.TextField()

    history = history()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_letter_of_a_mailing_a_child", fields=["mailing", "child"])
        ]

    def __str__(self) -> str:
        return self.subject


class NoContactQuerySet(models.QuerySet):
    """Homes that nobody may contact, in phrases."""

    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


@recorded(subjects="SELECT child_id FROM {rows}")
class NoContact(models.Model):
    """That nobody may write to, ring or visit a child's home for now, as it could put somebody in danger."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="no_contacts")
    reason = models.CharField(_("why"), max_length=300)
    said_on = models.DateField(_("since"))
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = NoContactQuerySet.as_manager()
    history = history()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="no_contact_is_said_once", fields=["child"], condition=Q(lifted_at=None)),
            models.CheckConstraint(name="no_contact_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="no_contact_is_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
