"""Education other than on a roll: a fact the registry holds and upper rooms write."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history
from registry.models.facts import Fact, fact


class ArrangementKind(models.TextChoices):
    HOME_EDUCATION = "home_education", _("Educated at home")
    AWAITING_PLACE = "awaiting_place", _("Awaiting a school place")
    OTHER_PROVISION = "other_provision", _("Other arranged education")
    CASE_OPEN = "case_open", _("Missing education, case open")


@fact(identity=["kind"])
class EducationArrangement(Fact):
    """How a child is being educated, or is to be, other than by being on a school's roll."""

    kind = models.CharField(_("arrangement"), max_length=15, choices=ArrangementKind.choices)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    history = history()

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="arrangement_kind_is_known", condition=Q(kind__in=ArrangementKind.values)),
            models.UniqueConstraint(
                name="open_arrangement_is_said_once",
                fields=["child", "kind"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This arrangement is already on the record."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
