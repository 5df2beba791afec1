"""The register of children not in school: Education Act 1996, ss.436B to 436G.

Inserted by the Children's Wellbeing and Schools Act 2026, s.38, which is not in force: `NOT_IN_SCHOOL_REGISTER` says
whether a council keeps it.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Carer, Child

MOST_HOURS = 168


class Basis(models.TextChoices):
    """Why a child is on the register (s.436B)."""

    NOT_ON_ROLL = "a", _("On no school’s roll")
    ELSEWHERE = "b", _("On a roll, and educated elsewhere by agreement for some or all of the time")
    PART_TIME = "c", _("Part-time at a school of a kind that the regulations name")


class VisitOutcome(models.TextChoices):
    """What came of asking to visit the home."""

    SEEN = "seen", _("The home was visited, and the child was seen")
    NOT_SEEN = "not_seen", _("The home was visited, and the child was not seen")
    REFUSED = "refused", _("The parents refused")
    NO_ANSWER = "no_answer", _("Nobody answered")


class ProviderKind(models.TextChoices):
    """What sort of provider educates the child, where it is not the parents."""

    TUTOR = "tutor", _("Tutor")
    ONLINE = "online", _("Online school or course")
    ALTERNATIVE = "alternative", _("Alternative provision")
    SETTING = "setting", _("Setting that is no registered school")
    SCHOOL = "school", _("School, for part of the time")
    COLLEGE = "college", _("College")
    GROUP = "group", _("Group of parents")
    OTHER = "other", _("Other")


class EntryQuerySet(models.QuerySet):
    """Entries, in phrases."""

    def open(self) -> Self:
        """Whoever is on the register."""
        return self.filter(to_date=None)


@recorded(subjects="SELECT child_id FROM {rows}")
class NotInSchool(models.Model):
    """One child's entry in the register (s.436C), with the clocks that it starts.

    Hours are a week's, as estimated. `said_on` is when the parents gave what they must, `visit_asked_on` when the
    council asked to visit the home, `providers_asked_on` when providers were last asked.
    """

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="not_in_school")
    basis = models.CharField(_("why"), max_length=1, choices=Basis.choices)
    from_date = models.DateField(_("eligible since"))
    registered_on = models.DateField(_("on the register since"))
    to_date = models.DateField(_("off the register since"), null=True, blank=True)
    removed_how = models.CharField(_("why it came off"), max_length=200, blank=True)
    parent_hours = models.DecimalField(_("hours by parents"), max_digits=4, decimal_places=1, null=True, blank=True)
    other_hours = models.DecimalField(_("hours by others"), max_digits=4, decimal_places=1, null=True, blank=True)
    said_on = models.DateField(_("what the parents gave came on"), null=True, blank=True)
    visit_asked_on = models.DateField(_("visit asked for on"), null=True, blank=True)
    visit_outcome = models.CharField(_("visit"), max_length=9, choices=VisitOutcome.choices, blank=True)
    providers_asked_on = models.DateField(_("providers asked on"), null=True, blank=True)

    objects = EntryQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = "entry of a child not in school"
        verbose_name_plural = "entries of children not in school"
        ordering: ClassVar = ["registered_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="a_child_is_on_the_register_once",
                fields=["child"],
                condition=Q(to_date=None),
                violation_error_message=_("The child is on the register already."),
            ),
            models.CheckConstraint(name="register_basis_is_known", condition=Q(basis__in=Basis.values)),
            models.CheckConstraint(
                name="register_visit_is_known",
                condition=Q(visit_outcome="")
                | (Q(visit_outcome__in=VisitOutcome.values) & Q(visit_asked_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="register_entry_says_why_it_ended",
                condition=Q(to_date=None, removed_how="") | (Q(to_date__isnull=False) & ~Q(removed_how="")),
            ),
            models.CheckConstraint(
                name="register_entry_ends_after_it_starts", condition=Q(to_date__gte=F("from_date"))
            ),
            models.CheckConstraint(
                name="register_hours_are_of_one_week",
                condition=(Q(parent_hours=None) | Q(parent_hours__range=(0, MOST_HOURS)))
                & (Q(other_hours=None) | Q(other_hours__range=(0, MOST_HOURS))),
            ),
        ]

    def __str__(self) -> str:
        return f"On the register since {self.registered_on:%Y-%m-%d}"


@recorded(subjects="SELECT child_id FROM {rows}")
class NotInSchoolParent(models.Model):
    """A parent on a child's entry: the law asks for each one's name and home address, and which of them educate.

    Parents who live apart may be in danger from one another: an address that is `kept_apart` leaves the council with
    nobody, and is read by custodians alone.
    """

    entry = models.ForeignKey(NotInSchool, on_delete=models.PROTECT, related_name="parents")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="not_in_school_parents")
    carer = models.ForeignKey(Carer, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("home address"), max_length=250, blank=True)
    educates = models.BooleanField(_("educates the child"), default=False)
    kept_apart = models.BooleanField(_("the address must not be told"), default=False)

    history = history()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(name="a_parent_is_entered_once", fields=["entry", "carer"])]

    def __str__(self) -> str:
        return str(self.carer)


@recorded(subjects="SELECT child_id FROM {rows}")
class NotInSchoolProvider(models.Model):
    """Who educates the child besides the parents (s.436C(1)): a person or an organisation, where, and for how long."""

    entry = models.ForeignKey(NotInSchool, on_delete=models.PROTECT, related_name="providers")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="not_in_school_providers")
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=11, choices=ProviderKind.choices)
    address = models.CharField(_("address"), max_length=250, blank=True)
    place = models.CharField(_("where it teaches: a place, a website or an email address"), max_length=250, blank=True)
    hours = models.DecimalField(_("hours a week"), max_digits=4, decimal_places=1)
    hours_alone = models.DecimalField(_("of these without a parent"), max_digits=4, decimal_places=1)
    to_date = models.DateField(_("last day"), null=True, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="provider_kind_is_known", condition=Q(kind__in=ProviderKind.values)),
            models.CheckConstraint(
                name="provider_hours_are_of_one_week",
                condition=Q(hours__range=(0, MOST_HOURS), hours_alone__gte=0, hours_alone__lte=F("hours")),
            ),
        ]

    def __str__(self) -> str:
        return self.name
