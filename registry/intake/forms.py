"""The forms of files: which feed, whose list, of which day; why a held file is right; what is decided of a row."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from childindex.forms import DateField, Form
from childindex.models import Source, User
from registry.disclosure import Context
from registry.intake.receiving import LARGEST
from registry.intake.seeing import asking_for
from registry.models import Delivery, Feed, Stage


class DeliveriesFilter(django_filters.FilterSet):
    """By feed and stage, by what is waiting, and by a name."""

    feed = django_filters.ModelChoiceFilter(label="Feed", queryset=Feed.objects.all(), empty_label="Any feed")
    stage = django_filters.ChoiceFilter(label="How far", choices=Stage.choices, empty_label="Any stage")
    waiting = django_filters.ChoiceFilter(
        label="Waiting",
        method="that_wait",
        choices=[("any", "For anybody"), ("me", "For me: I was asked")],
        empty_label="Whether or not anything waits",
    )
    named = django_filters.CharFilter(label="Whose list, or the file's name", method="called")

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = ()
        form = Form

    def __init__(self, *args: Any, to: Context, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.to = to

    def that_wait(self, deliveries: QuerySet[Delivery], name: str, whom: str) -> QuerySet[Delivery]:
        """Held, or with rows that ask; asked of whoever looks."""
        asking = asking_for(self.to)
        if whom == "me":
            return deliveries.filter(Exists(asking.filter(asked_of=self.to.user.pk)))
        return deliveries.filter(Q(stage=Stage.HELD) | Exists(asking)).exclude(stage=Stage.UNDONE)

    def called(self, deliveries: QuerySet[Delivery], name: str, text: str) -> QuerySet[Delivery]:
        return deliveries.filter(Q(name__icontains=text) | Q(source__name__icontains=text) | Q(source__code=text))

    @cached_property
    def found(self) -> QuerySet[Delivery]:
        return self.qs if self.form.is_valid() else Delivery.objects.none()

    @property
    def understood(self) -> dict[str, str]:
        return {name: str(self.data[name]) for name in self.filters if self.data.get(name)}


class SendForm(Form):
    """One file of one feed."""

    source = forms.ModelChoiceField(label="Whose list is it?", queryset=Source.objects.none(), empty_label="Choose")
    as_of = DateField(label="On which day was it true?", noun="the day", latest=timezone.localdate)
    file = forms.FileField(
        label="The file",
        help_text=f"CSV or XLSX with a row of headings, in any order, up to {LARGEST >> 20:,} megabytes.",
        error_messages={"required": "Choose the file.", "empty": "This file is empty."},
    )

    def __init__(self, *args: Any, feed: Feed, **options: Any) -> None:
        options.setdefault("initial", {"as_of": timezone.localdate()})
        super().__init__(*args, **options)
        if feed.source_id:
            del self.fields["source"]
        else:
            known = Source.objects.filter(kind=feed.source_kind).order_by("name")
            self.fields["source"].queryset = known  # type: ignore[attr-defined]


class ReleaseForm(Form):
    """Why a held file is right as it is."""

    because = forms.CharField(
        label="Why is the file right as it is?", max_length=300, help_text="It stays with the file, under your name."
    )


class ReasonForm(Form):
    """Why something is as somebody says."""

    because = forms.CharField(max_length=200, required=False)


class AskForm(Form):
    """Who should find out, and what."""

    owner = forms.ModelChoiceField(
        label="Who should find out?",
        queryset=User.objects.none(),
        empty_label="",
        error_messages={"required": "Choose who should find out."},
    )
    note = forms.CharField(
        label="What should they find out?",
        max_length=500,
        help_text="Do not write about the child’s health or family life.",
    )

    def __init__(self, *args: Any, shielded: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        needed = ["decide_rows", *(["see_shielded"] if shielded else [])]
        able = [user.pk for user in User.objects.all() if user.is_active and all(map(user.may, needed))]
        self.fields["owner"].queryset = User.objects.filter(pk__in=able)  # type: ignore[attr-defined]
