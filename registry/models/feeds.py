"""Feeds: the ways by which lists arrive, what each may change, and what its sources call things."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from childindex.models import Source, SourceKind
from childindex.recorded import history, recorded


class Says(models.TextChoices):
    """The kinds of thing a feed may carry, each with a rule of its own."""

    NAME = "name", _("Name")
    PREFERRED_NAME = "preferred_name", _("Preferred and former names")
    BIRTH = "birth", _("Date of birth")
    SEX = "sex", _("Sex")
    NUMBERS = "numbers", _("UPN, ULN and NHS number")
    HOME = "home", _("Home")
    CARERS = "carers", _("Carers")
    SCHOOL = "school", _("School")
    PRACTICE = "practice", _("GP practice")
    ARRANGEMENT = "arrangement", _("Education arrangement")


class Rule(models.TextChoices):
    """What is done where a file says otherwise than the index. A pin stands above every rule."""

    TAKE = "take", _("Take it")
    TAKE_IF_EMPTY = "take_if_empty", _("Take it where the index has nothing")
    ASK = "ask", _("Ask a person")
    NEVER = "never", _("Leave it")


@recorded()
class Feed(models.Model):
    """One way by which lists arrive: what they carry, how far they are believed, and by what right they come.

    `carries` names what a row may confirm or change; what is not named there is not read. A row whose child nobody
    knows makes one only where the feed `may_create`. In a full list a child who is missing is a question. A file in
    which nothing waits for a person is applied at once where the feed `applies_itself`. Without a `source` it is said
    of each file whose it is; then it is of `source_kind`.
    """

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.PROTECT, related_name="feeds")
    source_kind = models.CharField(_("kind of source"), max_length=12, choices=SourceKind.choices)
    carries = ArrayField(models.CharField(max_length=14, choices=Says.choices), verbose_name=_("carries"))
    may_create = models.BooleanField(_("may create a child"), default=False)
    is_full = models.BooleanField(_("is a full list"), default=False)
    applies_itself = models.BooleanField(_("applies by itself where nothing waits"), default=True)
    gateway = models.CharField(_("lawful gateway"), max_length=300)
    format = models.SlugField(_("format"), max_length=40, default="table", db_default="table")
    rhythm_days = models.PositiveSmallIntegerField(_("arrives every so many days"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    history = history()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="feed_names_its_gateway",
                condition=~Q(gateway=""),
                violation_error_message=_("Say by what law these lists arrive."),
            ),
            models.CheckConstraint(name="feed_source_kind_is_known", condition=Q(source_kind__in=SourceKind.values)),
            models.CheckConstraint(
                name="feed_carries_something",
                condition=Q(carries__len__gte=1),
                violation_error_message=_("Say what the lists carry."),
            ),
            models.UniqueConstraint(
                Lower("name"),
                name="one_feed_a_name",
                violation_error_message=_("There is a feed of this name. Give this one another."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@recorded()
class FeedRule(models.Model):
    """What a feed may do with one kind of thing it carries."""

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="rules")
    says = models.CharField(max_length=14, choices=Says.choices)
    rule = models.CharField(max_length=13, choices=Rule.choices)

    history = history()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_rule_a_feed_and_thing", fields=["feed", "says"]),
            models.CheckConstraint(name="feed_rule_is_known", condition=Q(rule__in=Rule.values)),
        ]

    def __str__(self) -> str:
        return f"{self.feed}: {self.get_says_display()}, {self.get_rule_display()}"


@recorded()
class Reading(models.Model):
    """How one source's lists of a feed are read: which heading is which field, and what its own codes mean.

    `headings` maps a heading to a field, '' for one that is passed over; `codes` a field to codes and their meanings.
    A source whose lists are not `is_expected` any more, like a practice that closed, is never late.
    """

    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="readings")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="readings")
    headings = models.JSONField(default=dict)
    codes = models.JSONField(default=dict)
    is_expected = models.BooleanField(default=True, db_default=True)

    history = history()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_reading_a_source", fields=["feed", "source"])]

    def __str__(self) -> str:
        return f"{self.feed}, {self.source}"
