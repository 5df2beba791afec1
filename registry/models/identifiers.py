"""The numbers other systems know a child by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history
from registry.models.facts import Fact, fact


class IdentifierKind(models.TextChoices):
    UPN = "upn", _("UPN")
    TEMPORARY_UPN = "temporary_upn", _("Temporary UPN")
    FORMER_UPN = "former_upn", _("Former UPN")
    ULN = "uln", _("ULN")
    NHS_NUMBER = "nhs_number", _("NHS number")


class IdentifierStatus(models.TextChoices):
    UNVERIFIED = "unverified", _("Not verified")
    VERIFIED = "verified", _("Verified")
    SUPERSEDED = "superseded", _("Superseded")
    DISPUTED = "disputed", _("Disputed")


UPN_SHAPE = r"^[A-HJ-NP-RT-Z][0-9]{12}$"
TEMPORARY_SHAPE = r"^[A-HJ-NP-RT-Z][0-9]{11}[A-HJ-NP-RT-Z]$"
TEN_DIGITS = r"^[0-9]{10}$"


@fact(identity=["kind", "value"])
class Identifier(Fact):
    """A number given to a child by a body outside the index. Its check digits are proved before it is written."""

    kind = models.CharField(_("kind"), max_length=13, choices=IdentifierKind.choices)
    value = models.CharField(_("number"), max_length=13)
    status = models.CharField(
        _("status"), max_length=10, choices=IdentifierStatus.choices, default=IdentifierStatus.UNVERIFIED
    )

    history = history()

    class Meta(Fact.Meta):
        indexes: ClassVar = [models.Index(fields=["value"])]
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="identifier_has_its_shape",
                condition=Q(kind="upn", value__regex=UPN_SHAPE)
                | Q(kind="temporary_upn", value__regex=TEMPORARY_SHAPE)
                | Q(kind="former_upn", value__regex=f"{UPN_SHAPE}|{TEMPORARY_SHAPE}")
                | Q(kind__in=["uln", "nhs_number"], value__regex=TEN_DIGITS),
                violation_error_message=_("This number does not have the shape of its kind."),
            ),
            models.CheckConstraint(name="identifier_status_is_known", condition=Q(status__in=IdentifierStatus.values)),
            models.UniqueConstraint(
                name="open_identifier_is_said_once",
                fields=["child", "kind", "value"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This number is already on the record."),
            ),
        ]

    def __str__(self) -> str:
        return self.value
