"""What may be asked of the record of looking: by whom, of which child, what was done, on which days."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from childindex import words
from childindex.forms import DateField
from registry.access.reading import Log, between, by_people
from registry.identifiers import NotValid, read_index_number
from registry.models import AccessEntry, AccessKind, Child

COUNTED = 10_000
KINDS = [(kind.value, str(kind.label).capitalize()) for kind in AccessKind]


class IndexNumberField(forms.CharField):
    """An index number, however it is written, of a child there is."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = read_index_number(text).value
        except NotValid as fault:
            raise ValidationError(str(fault)) from fault
        child = Child.objects.filter(index_number=number).first()
        if child is None:
            raise ValidationError(f"No child has the index number {number}.")
        return child


class ChildFilter(django_filters.Filter):
    field_class = IndexNumberField


class DayFilter(django_filters.Filter):
    field_class = DateField


class OneChildFilter(django_filters.FilterSet):
    """What the address bar asks of the log, where it is about one child."""

    by = django_filters.CharFilter(label="Person", method="of_people", help_text="Name or email address")
    kind = django_filters.ChoiceFilter(label="What they did", choices=KINDS, empty_label="Anything")
    since = DayFilter(label="From", noun="a day", method="all_days", latest=timezone.localdate)
    until = DayFilter(label="To", noun="a day", method="all_days")

    class Meta:
        model = AccessEntry
        fields: list[str] = []

    def of_people(self, entries: QuerySet[AccessEntry], name: str, value: str) -> QuerySet[AccessEntry]:
        return by_people(entries, value)

    def all_days(self, entries: QuerySet[AccessEntry], name: str, value: Any) -> QuerySet[AccessEntry]:
        return between(entries, **{"since": None, "until": None, name: value})

    @cached_property
    def found(self) -> QuerySet[AccessEntry]:
        """The entries that fit; none where the question is not understood."""
        return self.qs if self.form.is_valid() else AccessEntry.objects.none()

    @property
    def understood(self) -> list[str]:
        """The question in words, for the entry that is written about it."""
        asked = self.form.cleaned_data if self.form.is_valid() else {}
        told = {"by": str, "child": str, "kind": dict(KINDS).get, "since": words.day, "until": words.day}
        return [
            f"{self.form.fields[name].label}: {say(asked[name])}"  # type: ignore[operator]
            for name, say in told.items()
            if asked.get(name)
        ]


class LogFilter(OneChildFilter):
    """What the address bar asks of the whole log."""

    child = ChildFilter(label="Child", method="showing", help_text="Index number, like CI-4F7K-29QX-M")
    field_order = ("by", "child", "kind", "since", "until")

    def __init__(self, *args: Any, log: Log, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.log = log
        self.form.order_fields(self.field_order)

    def showing(self, entries: QuerySet[AccessEntry], name: str, value: Child) -> QuerySet[AccessEntry]:
        return self.log.showing(entries, value)

    @property
    def chosen(self) -> Child | None:
        """The child whom the list is narrowed to."""
        return self.form.cleaned_data.get("child") if self.form.is_valid() else None


class FirstPages(Paginator):
    """Pages of a list that may be as long as the log: counted no further than anybody turns pages."""

    @cached_property
    def count(self) -> int:
        return self.object_list[: COUNTED + 1].count()  # type: ignore[attr-defined]
