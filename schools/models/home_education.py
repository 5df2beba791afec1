"""Elective home education: notices, who educates, what the council found when it asked, and how it ended."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from childindex.recorded import history, recorded
from registry.models import Carer, Child

LONGEST = 500


class ToldBy(models.TextChoices):
    """From whom the council knows that a child is educated at home."""

    PARENT = "parent", _("A parent")
    SCHOOL = "school", _("A school")
    AUTHORITY = "authority", _("Another authority")
    COUNCIL = "council", _("The council’s own work")


class HomeReason(models.TextChoices):
    """The primary reason for home education, as the termly collection asks for it. Words are ours."""

    PHILOSOPHY = "philosophy", _("Philosophy, or preference for home education")
    LIFESTYLE = "lifestyle", _("Way of life")
    RELIGION = "religion", _("Religion or culture")
    MENTAL_HEALTH = "mental_health", _("Mental health")
    PHYSICAL_HEALTH = "physical", _("Physical health")
    BULLYING = "bullying", _("Not content with the school: bullying")
    NEEDS = "needs", _("Not content with the school: special educational needs")
    SCHOOL = "school", _("Not content with the school: otherwise")
    PRESSED = "pressed", _("The school suggested it")
    EXCLUSION = "exclusion", _("Excluded, or at risk of exclusion")
    ATTENDANCE = "attendance", _("At risk of prosecution for attendance")
    PREFERENCE = "preference", _("No place at the preferred school")
    NO_PLACE = "no_place", _("No suitable place")
    OTHER = "other", _("Another reason")
    NOT_SAID = "not_said", _("The parent gives no reason")
    UNKNOWN = "unknown", _("Not known")


class Suitability(models.TextChoices):
    """What the council holds of the education, which must be efficient and suitable (Education Act 1996, s.7)."""

    UNKNOWN = "unknown", _("Not known yet")
    SUITABLE = "suitable", _("Suitable")
    DOUBTED = "doubted", _("Doubtful: more is asked for")
    UNSUITABLE = "unsuitable", _("Not suitable")


class HomeEnd(models.TextChoices):
    """How home education ended."""

    SCHOOL = "school", _("Went back to school")
    AGE = "age", _("Over compulsory school age")
    MOVED = "moved", _("Moved away")
    OTHER = "other", _("Other education was arranged")
    UNSUITABLE = "unsuitable", _("Not suitable: the child is missing education")
    RECORD = "record", _("The record says that it has ended")
    MISTAKE = "mistake", _("Was never educated at home")


class ContactHow(models.TextChoices):
    """How the council asked about the education."""

    VISIT = "visit", _("Visit to the home")
    MEETING = "meeting", _("Meeting elsewhere")
    CALL = "call", _("Telephone or video call")
    REPORT = "report", _("The parents’ report, or samples of work")
    NO_ANSWER = "no_answer", _("Asked, and nobody answered")


class HomeQuerySet(models.QuerySet):
    """Home education, in phrases."""

    def open(self) -> Self:
        """What has not ended, that of a notice whose day has not come among it."""
        return self.filter(to_date=None)


@recorded(subjects="SELECT child_id FROM {rows}")
class HomeEducation(models.Model):
    """One time for which a child's parents educate it themselves, from the notice on."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="home_educations")
    told_by = models.CharField(_("who told the council"), max_length=9, choices=ToldBy.choices)
    told_on = models.DateField(_("when the council was told"))
    from_date = models.DateField(_("educated at home from"))
    to_date = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=13, choices=HomeReason.choices, default=HomeReason.UNKNOWN)
    suitability = models.CharField(
        _("suitability"), max_length=10, choices=Suitability.choices, default=Suitability.UNKNOWN
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="home_educations"
    )
    due_date = models.DateField(_("next contact by"))
    ended_how = models.CharField(_("how it ended"), max_length=10, choices=HomeEnd.choices, blank=True)

    objects = HomeQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name_plural = "home education"
        ordering: ClassVar = ["due_date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_home_education_a_child",
                fields=["child"],
                condition=Q(to_date=None),
                violation_error_message=_("That the child is educated at home is on record already."),
            ),
            models.CheckConstraint(name="home_told_by_is_known", condition=Q(told_by__in=ToldBy.values)),
            models.CheckConstraint(name="home_reason_is_known", condition=Q(reason__in=HomeReason.values)),
            models.CheckConstraint(name="home_suitability_is_known", condition=Q(suitability__in=Suitability.values)),
            models.CheckConstraint(
                name="home_education_ends_after_it_starts", condition=Q(to_date__gte=F("from_date"))
            ),
            models.CheckConstraint(
                name="home_education_says_how_it_ended",
                condition=Q(to_date=None, ended_how="") | (Q(to_date__isnull=False) & Q(ended_how__in=HomeEnd.values)),
            ),
        ]

    def __str__(self) -> str:
        return f"Educated at home from {self.from_date:%Y-%m-%d}"


@recorded(subjects="SELECT child_id FROM {rows}")
class HomeEducator(models.Model):
    """A parent or carer who educates the child."""

    home_education = models.ForeignKey(HomeEducation, on_delete=models.PROTECT, related_name="educators")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="home_educators")
    carer = models.ForeignKey(Carer, on_delete=models.PROTECT, related_name="educates")

    history = history()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_parent_educates_once", fields=["home_education", "carer"])
        ]

    def __str__(self) -> str:
        return str(self.carer)


@recorded(subjects="SELECT child_id FROM {rows}")
class HomeContact(models.Model):
    """One time that the council asked about the education, and what it holds of it since."""

    home_education = models.ForeignKey(HomeEducation, on_delete=models.PROTECT, related_name="contacts")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="home_contacts")
    day = models.DateField(_("on which day"))
    how = models.CharField(_("how"), max_length=9, choices=ContactHow.choices)
    seen = models.BooleanField(_("the child was seen"), default=False)
    suitability = models.CharField(_("suitability"), max_length=10, choices=Suitability.choices)
    said = models.CharField(_("in words"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    history = history()

    class Meta:
        ordering: ClassVar = ["day", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="home_contact_how_is_known", condition=Q(how__in=ContactHow.values)),
            models.CheckConstraint(
                name="home_contact_finds_something", condition=Q(suitability__in=Suitability.values)
            ),
            models.CheckConstraint(name="a_home_contact_says_something", condition=~Q(said="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_how_display()}: {self.get_suitability_display()}"
