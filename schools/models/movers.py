"""Pupils who come, go or stay away: what schools return of each, and what is asked meanwhile."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Child, Delivery, School

OF_THE_CHILD = "SELECT child_id FROM {rows} WHERE child_id IS NOT NULL"


class ReturnKind(models.TextChoices):
    """Returns that the School Attendance (Pupil Registration) (England) Regulations 2024 ask for of one pupil."""

    DELETION = "deletion", _("Deletion return")
    NEW_PUPIL = "new_pupil", _("New-pupil return")
    ATTENDANCE = "attendance", _("Attendance return")
    SICKNESS = "sickness", _("Sickness return")


@recorded(subjects=OF_THE_CHILD)
class PupilReturn(models.Model):
    """One return about one pupil, as it was made: it is kept as it was, and its receipt can be printed again.

    `day` is the last day on roll, the starting day, or the first day of the absence. `content` is what was returned:
    labels and values, in order. A new pupil is somebody of the index only once its row has been matched: until then
    there is a `delivery`.
    """

    kind = models.CharField(max_length=10, choices=ReturnKind.choices)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="pupil_returns")
    child = models.ForeignKey(Child, null=True, blank=True, on_delete=models.PROTECT, related_name="pupil_returns")
    name = models.CharField(max_length=250)
    day = models.DateField()
    regime = models.CharField(max_length=10, blank=True)
    ground = models.CharField(max_length=10, blank=True)
    content = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.PROTECT, related_name="pupil_returns"
    )

    history = history()

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="pupil_return_kind_is_known", condition=Q(kind__in=ReturnKind.values)),
            models.CheckConstraint(
                name="a_deletion_return_names_its_ground",
                condition=~Q(kind=ReturnKind.DELETION) | (~Q(regime="") & ~Q(ground="")),
                violation_error_message=_("Choose the ground."),
            ),
            models.CheckConstraint(
                name="a_return_is_of_somebody", condition=Q(child__isnull=False) | Q(delivery__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.receipt

    @property
    def receipt(self) -> str:
        """The number on the receipt: DR-2026-000123."""
        letters = {"deletion": "DR", "new_pupil": "NR", "attendance": "AR", "sickness": "SR"}[self.kind]
        return f"{letters}-{self.made_at.year}-{self.pk:06}"


class AbsenceKind(models.TextChoices):
    UNAUTHORISED = "unauthorised", _("Away without leave")
    AFTER_LEAVE = "after_leave", _("Not back after leave")
    SICKNESS = "sickness", _("Ill")


@recorded(subjects=OF_THE_CHILD)
class Absence(models.Model):
    """A pupil on roll whom the school has not seen since a day, until it says that the pupil is back."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="absences")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(_("why"), max_length=12, choices=AbsenceKind.choices)
    from_date = models.DateField(_("first day of absence"))
    to_date = models.DateField(_("last day of absence"), null=True, blank=True)
    cause = models.CharField(_("cause, as far as it is known"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["from_date"]
        constraints: ClassVar = [
            models.CheckConstraint(name="absence_kind_is_known", condition=Q(kind__in=AbsenceKind.values)),
            models.CheckConstraint(name="absence_ends_after_it_starts", condition=Q(to_date__gte=F("from_date"))),
            models.UniqueConstraint(
                name="one_open_absence",
                fields=["school", "child"],
                condition=Q(to_date=None),
                violation_error_message=_("That this pupil is away has been returned already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} since {self.from_date}"


class Enquirer(models.TextChoices):
    SCHOOL = "school", _("The school")
    COUNCIL = "council", _("The council")


class Finding(models.TextChoices):
    NOT_FOUND = "not_found", _("Not found")
    FOUND = "found", _("Found")
    NO_PROSPECT = "no_prospect", _("Found, and there is no reasonable prospect of return")


@recorded(subjects=OF_THE_CHILD)
class Enquiry(models.Model):
    """What the school or the council did to find where an absent pupil is, and what came of it.

    Both must have enquired before the grounds of 10 and of 20 school days may be used.
    """

    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="enquiries")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="enquiries")
    of = models.CharField(_("who enquired"), max_length=7, choices=Enquirer.choices)
    day = models.DateField(_("on which day"))
    what = models.CharField(_("what was done"), max_length=300)
    finding = models.CharField(_("what came of it"), max_length=11, choices=Finding.choices)

    history = history()

    class Meta:
        verbose_name_plural = "enquiries"
        ordering: ClassVar = ["day", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="enquirer_is_known", condition=Q(of__in=Enquirer.values)),
            models.CheckConstraint(name="finding_is_known", condition=Q(finding__in=Finding.values)),
            models.CheckConstraint(name="an_enquiry_says_what_was_done", condition=~Q(what="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_of_display()}: {self.what}"


class ReportKind(models.TextChoices):
    NEVER_ARRIVED = "never_arrived", _("Never arrived")
    CHANGED = "changed", _("Something is not as you have it")
    MISSING_LEAVER = "missing_leaver", _("Is not known at the school")


NOT_THERE = frozenset({ReportKind.NEVER_ARRIVED, ReportKind.MISSING_LEAVER})
"""Reports by which a pupil is not confirmed, whatever lists of the school say."""


@recorded(subjects=OF_THE_CHILD)
class Report(models.Model):
    """What a school says of a pupil that only the council can settle; the pupil is explained meanwhile."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="reports")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="school_reports")
    kind = models.CharField(max_length=14, choices=ReportKind.choices)
    said = models.TextField(_("what the school says"))
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_how = models.CharField(_("what was done"), max_length=300, blank=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["made_at"]
        constraints: ClassVar = [
            models.CheckConstraint(name="report_kind_is_known", condition=Q(kind__in=ReportKind.values)),
            models.CheckConstraint(name="a_report_says_something", condition=~Q(said="")),
            models.CheckConstraint(
                name="a_settled_report_says_how",
                condition=Q(settled_at=None, settled_by=None, settled_how="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_how="")),
            ),
            models.UniqueConstraint(
                name="one_open_report_a_kind",
                fields=["school", "child", "kind"],
                condition=Q(settled_at=None),
                violation_error_message=_("The council has been told of this already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.said}"


class Draft(models.Model):
    """A form that somebody at a school began and means to finish. One each a form and person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=60)
    typed = models.JSONField(default=dict)
    kept_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_draft_a_form_and_person", fields=["user", "school", "form"])
        ]

    def __str__(self) -> str:
        return self.form
