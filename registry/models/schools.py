"""Schools, and the children on their rolls."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Case, F, IntegerField, Q, When
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models.facts import Fact, FactQuerySet, fact


class SchoolStatus(models.TextChoices):
    OPEN = "open", _("Open")
    CLOSING = "closing", _("Open, but proposed to close")
    CLOSED = "closed", _("Closed")
    PROPOSED = "proposed", _("Proposed to open")


class SchoolQuerySet(models.QuerySet["School"]):
    """Schools, in phrases."""

    def standing(self, *, on: date) -> Self:
        """Those that are open on a day first, then those that have closed, then those that are still to open."""
        to_come = Q(open_date__gt=on) | Q(status=SchoolStatus.PROPOSED, open_date=None)
        is_open = ~Q(status=SchoolStatus.CLOSED, close_date=None) & (Q(close_date=None) | Q(close_date__gte=on))
        rank = Case(When(to_come, then=2), When(is_open, then=0), default=1, output_field=IntegerField())
        return self.annotate(rank=rank).order_by("rank", F("close_date").desc(nulls_first=True), "pk")

    def numbered(self, la_code: str, estab_number: str, *, on: date) -> Self:
        """The schools that have had an establishment number, one after another: the one of a day first.

        An academy that is proposed has the number of the school that it will replace.
        """
        return self.standing(on=on).filter(la_code=la_code, estab_number=estab_number).exclude(estab_number="")


@recorded()
class School(models.Model):
    """One legal school, as the national register has it: an academy conversion closes one URN and opens another."""

    urn = models.PositiveIntegerField(_("URN"), unique=True)
    la_code = models.CharField(_("local authority code"), max_length=3, blank=True)
    estab_number = models.CharField(_("establishment number"), max_length=4, blank=True)
    ukprn = models.CharField(_("UKPRN"), max_length=8, blank=True)
    name = models.CharField(_("name"), max_length=160)
    phase = models.CharField(_("phase"), max_length=40, blank=True)
    type_code = models.CharField(_("type code"), max_length=4, blank=True)
    type_name = models.CharField(_("type"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=SchoolStatus.choices, default=SchoolStatus.OPEN)
    open_date = models.DateField(_("opened"), null=True, blank=True)
    close_date = models.DateField(_("closed"), null=True, blank=True)
    low_age = models.PositiveSmallIntegerField(_("lowest age"), null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(_("highest age"), null=True, blank=True)
    street = models.CharField(_("street"), max_length=150, blank=True)
    locality = models.CharField(_("locality"), max_length=150, blank=True)
    address3 = models.CharField(_("further address"), max_length=150, blank=True)
    town = models.CharField(_("town"), max_length=100, blank=True)
    county = models.CharField(_("county"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=8, blank=True)
    uprn = models.BigIntegerField(_("UPRN"), null=True, blank=True)
    easting = models.IntegerField(_("easting"), null=True, blank=True)
    northing = models.IntegerField(_("northing"), null=True, blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    in_area = models.BooleanField(_("in our area"), default=False)

    objects = SchoolQuerySet.as_manager()
    history = history()

    class Meta:
        ordering: ClassVar = ["name", "urn"]
        indexes: ClassVar = [models.Index(fields=["la_code", "estab_number"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="urn_has_six_digits", condition=Q(urn__gte=100_000, urn__lte=999_999)),
            models.CheckConstraint(name="school_status_is_known", condition=Q(status__in=SchoolStatus.values)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def laestab(self) -> str:
        """The authority and establishment numbers, as 330/2031; empty where the register has none."""
        return f"{self.la_code}/{self.estab_number}" if self.la_code and self.estab_number else ""


@recorded()
class SchoolLink(models.Model):
    """A predecessor, successor or other link of a school, as the national register states it.

    The other end is often a school the index does not hold; its URN and name are kept all the same.
    """

    urn = models.PositiveIntegerField(_("URN"))
    school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="links")
    linked_urn = models.PositiveIntegerField(_("linked URN"))
    linked_school = models.ForeignKey(School, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    linked_name = models.CharField(_("linked school's name"), max_length=160, blank=True)
    kind = models.CharField(_("kind of link"), max_length=100)
    established_date = models.DateField(_("established"), null=True, blank=True)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="school_link_is_written_once", fields=["urn", "linked_urn", "kind"])
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.urn} to {self.linked_urn}"


class EnrolmentStatus(models.TextChoices):
    """The census's enrolment status. M and S together are one child on two rolls; two of C are a conflict."""

    SINGLE = "C", _("Current, single registration")
    MAIN = "M", _("Main of two registrations")
    SUBSIDIARY = "S", _("Subsidiary of two registrations")
    FE_COLLEGE = "F", _("At a further education college")
    OTHER_PROVIDER = "O", _("At another provider")
    GUEST = "G", _("Guest")


class EnrolmentQuerySet(FactQuerySet):
    """Enrolments, in phrases."""

    def on_roll(self, day: date) -> Self:
        """Enrolments open on `day`; the leaving date is the last day on roll."""
        return self.true_on(day)


class YearGroup(models.TextChoices):
    """National curriculum year actually followed, as the school census codes it."""

    NURSERY_FIRST = "N1", _("Nursery, first year")
    NURSERY_SECOND = "N2", _("Nursery, second year")
    RECEPTION = "R", _("Reception")
    YEAR_1 = "1", _("Year 1")
    YEAR_2 = "2", _("Year 2")
    YEAR_3 = "3", _("Year 3")
    YEAR_4 = "4", _("Year 4")
    YEAR_5 = "5", _("Year 5")
    YEAR_6 = "6", _("Year 6")
    YEAR_7 = "7", _("Year 7")
    YEAR_8 = "8", _("Year 8")
    YEAR_9 = "9", _("Year 9")
    YEAR_10 = "10", _("Year 10")
    YEAR_11 = "11", _("Year 11")
    YEAR_12 = "12", _("Year 12")
    YEAR_13 = "13", _("Year 13")
    YEAR_14 = "14", _("Year 14")
    NOT_FOLLOWED = "X", _("No year group followed")


@fact(identity=["school_id"])
class Enrolment(Fact):
    """A spell on one school's roll: `from_date` is the entry date, `to_date` the leaving date."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="enrolments")
    status = models.CharField(
        _("enrolment status"), max_length=1, choices=EnrolmentStatus.choices, default=EnrolmentStatus.SINGLE
    )
    year_group = models.CharField(_("year group"), max_length=2, blank=True, choices=YearGroup.choices)
    class_name = models.CharField(_("class"), max_length=40, blank=True)
    part_time = models.BooleanField(_("part time"), default=False)
    hours = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True)
    leaving_regime = models.CharField(_("regulations"), max_length=10, blank=True)
    leaving_ground = models.CharField(_("ground for leaving"), max_length=10, blank=True)
    destination_school = models.ForeignKey(
        School, null=True, blank=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    destination = models.CharField(_("destination"), max_length=160, blank=True)

    objects: ClassVar[Any] = EnrolmentQuerySet.as_manager()
    history = history()

    class Meta(Fact.Meta):
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(name="enrolment_status_is_known", condition=Q(status__in=EnrolmentStatus.values)),
            models.CheckConstraint(name="year_group_is_known", condition=Q(year_group__in=["", *YearGroup.values])),
            models.CheckConstraint(
                name="leaving_has_a_date",
                condition=Q(to_date__isnull=False)
                | Q(leaving_ground="", destination="", destination_school__isnull=True),
                violation_error_message=_("Give the leaving date with the ground or destination."),
            ),
            models.CheckConstraint(
                name="leaving_ground_names_its_regulations",
                condition=Q(leaving_ground="") | ~Q(leaving_regime=""),
            ),
            models.UniqueConstraint(
                name="open_enrolment_is_said_once",
                fields=["child", "school"],
                condition=Q(to_date__isnull=True),
                violation_error_message=_("This child is already on this school's roll."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.school)
