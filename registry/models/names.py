"""What a child is or was called."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history
from registry.models.facts import Fact, fact


class NameKind(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    PREFERRED = "preferred", _("Preferred")
    FORMER = "former", _("Former")
    ALIAS = "alias", _("Also known as")


@fact(identity=["kind", "forename", "middle_names", "surname"])
class Name(Fact):
    """A name of a child, as a source has it. A baby not yet named has a surname alone."""

    kind = models.CharField(_("kind"), max_length=10, choices=NameKind.choices, default=NameKind.REGISTERED)
    forename = models.CharField(_("forename"), max_length=100, blank=True)
    middle_names = models.CharField(_("middle names"), max_length=150, blank=True)
    surname = models.CharField(_("surname"), max_length=100, blank=True)

    history = history()

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="name_kind_is_known", condition=Q(kind__in=NameKind.values)),
            models.CheckConstraint(
                name="name_says_something",
                condition=~Q(forename="", surname=""),
                violation_error_message=_("Enter a forename or a surname."),
            ),
            models.UniqueConstraint(
                name="open_name_is_said_once",
                fields=["child", "kind", "forename", "middle_names", "surname"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This name is already on the record."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.forename, self.middle_names, self.surname) if part)
