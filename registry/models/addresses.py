"""Where a child lives, and the stated absence of an address."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.facts import Fact, fact


class AddressKind(models.TextChoices):
    HOUSEHOLD = "household", _("Household")
    HOTEL = "hotel", _("Hotel or hostel")
    REFUGE = "refuge", _("Refuge")
    CHILDRENS_HOME = "childrens_home", _("Children's home")
    BOARDING_HOUSE = "boarding_house", _("Boarding house")
    HOSPITAL = "hospital", _("Hospital")
    OTHER_INSTITUTION = "other_institution", _("Other institution")


def envelope(
    saon: str, paon: str, street: str, locality: str, town: str, administrative_area: str, postcode: str
) -> list[str]:
    """The lines of an address as they would be written on an envelope."""
    between = " " if paon[:1].isdigit() else ", "
    road = between.join(part for part in (paon, street) if part)
    return [part for part in (saon, road, locality, town, administrative_area, postcode) if part]


PARTS_OF_A_PLACE = ("saon", "paon", "street", "locality", "postcode")


def same_place(one: str, other: str) -> str:
    """SQL for whether two aliases of tables with the parts of an address describe one place, whatever the capitals."""
    parts = ("postcode", "street", "paon", "saon", "locality")
    return " AND ".join(f"upper({one}.{part}) = upper({other}.{part})" for part in parts)


def ids_of_the_place(address_id: int) -> RawSQL:
    """The ids of all rows of the place that one row describes, for use in a query."""
    found = f"SELECT b.id FROM registry_address a JOIN registry_address b ON {same_place('a', 'b')} WHERE a.id = %s"
    return RawSQL(found, [address_id])


class AddressQuerySet(models.QuerySet["Address"]):
    """Addresses, in phrases."""

    def at(self, place: Any) -> Self:
        """The rows of one place, whose parts something has: more than one where a row is hidden by a shield."""
        return self.filter(**{f"{part}__iexact": getattr(place, part) for part in PARTS_OF_A_PLACE}).order_by("copy")


@recorded(subjects="SELECT child_id FROM registry_residence WHERE address_id IN (SELECT id FROM {rows})")
class Address(models.Model):
    """A place, in the parts BS7666 and the school census give it: SAON the part of a building, PAON the building.

    Shared by all who live there. Ward and grid reference come from the postcode or the gazetteer. `copy` counts the
    rows of one place: there are two where only shielded children are known to live there and somebody writes it anew.
    """

    saon = models.CharField(_("flat or unit"), max_length=100, blank=True)
    paon = models.CharField(_("house name or number"), max_length=100, blank=True)
    street = models.CharField(_("street"), max_length=100, blank=True)
    locality = models.CharField(_("locality"), max_length=60, blank=True)
    town = models.CharField(_("town"), max_length=60, blank=True)
    administrative_area = models.CharField(_("county"), max_length=60, blank=True)
    postcode = models.CharField(_("postcode"), max_length=8, blank=True)
    uprn = models.BigIntegerField(_("UPRN"), null=True, blank=True)
    easting = models.IntegerField(_("easting"), null=True, blank=True)
    northing = models.IntegerField(_("northing"), null=True, blank=True)
    ward_code = models.CharField(_("ward code"), max_length=9, blank=True)
    ward_name = models.CharField(_("ward"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=17, choices=AddressKind.choices, default=AddressKind.HOUSEHOLD)
    copy = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    objects = AddressQuerySet.as_manager()
    history = history()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["postcode"]), models.Index(fields=["uprn"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="address_kind_is_known", condition=Q(kind__in=AddressKind.values)),
            models.CheckConstraint(
                name="address_postcode_has_its_shape",
                condition=Q(postcode="") | Q(postcode__regex=r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"),
                violation_error_message=_("Enter a postcode, like B4 7DA."),
            ),
            models.CheckConstraint(
                name="address_uprn_has_its_shape",
                condition=Q(uprn__gte=1, uprn__lte=999_999_999_999),
                violation_error_message=_("A UPRN is a number of at most 12 digits."),
            ),
            models.CheckConstraint(
                name="address_says_something",
                condition=~Q(street="", paon="", postcode=""),
                violation_error_message=_("Enter at least a street or a postcode."),
            ),
            models.UniqueConstraint(
                Upper("postcode"),
                Upper("street"),
                Upper("paon"),
                Upper("saon"),
                Upper("locality"),
                "copy",
                name="address_is_written_once",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """The address as it would be written on an envelope."""
        return envelope(
            self.saon, self.paon, self.street, self.locality, self.town, self.administrative_area, self.postcode
        )

    @property
    def is_institution(self) -> bool:
        """Whether many unrelated children live here: then a shared address is no evidence and no household."""
        return self.kind != AddressKind.HOUSEHOLD


class Standing(models.TextChoices):
    """What a residence says: where a child lives, or which of the stated absences holds."""

    LIVES_HERE = "lives_here", _("Lives here")
    SECOND_HOME = "second_home", _("Second home")
    LAST_KNOWN = "last_known", _("Last known address")
    NO_KNOWN_ADDRESS = "no_known_address", _("No known address")
    NO_FIXED_ABODE = "no_fixed_abode", _("No fixed abode")
    LEFT_WILL_RETURN = "left_will_return", _("Left England, intends to return within 3 years")
    LEFT_WILL_NOT_RETURN = "left_will_not_return", _("Left England, does not intend to return within 3 years")
    LEFT_INTENTION_UNKNOWN = "left_intention_unknown", _("Left England, intention not known")


AT_AN_ADDRESS = [Standing.LIVES_HERE, Standing.SECOND_HOME, Standing.LAST_KNOWN]


@fact(identity=["standing", "address_id"])
class Residence(Fact):
    """Where a source says a child lives, or its statement that no address is known and why."""

    standing = models.CharField(_("standing"), max_length=22, choices=Standing.choices, default=Standing.LIVES_HERE)
    address = models.ForeignKey(Address, null=True, blank=True, on_delete=models.PROTECT, related_name="residences")

    history = history()

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="standing_is_known", condition=Q(standing__in=Standing.values)),
            models.CheckConstraint(
                name="residence_has_an_address_or_says_why_not",
                condition=Q(standing__in=AT_AN_ADDRESS, address__isnull=False)
                | (~Q(standing__in=AT_AN_ADDRESS) & Q(address__isnull=True)),
                violation_error_message=_("Give an address, or say why there is none."),
            ),
            models.UniqueConstraint(
                name="open_residence_is_said_once",
                fields=["child", "standing", "address"],
                nulls_distinct=False,
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This is already on the record."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.address) if self.address_id else self.get_standing_display()
