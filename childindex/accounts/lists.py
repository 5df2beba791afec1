"""The list of accounts: searched by name or address, filtered by role and state."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from childindex.accounts.deeds import role_choices
from childindex.models import User
from childindex.models.users import UserState


class UserFilter(django_filters.FilterSet):
    """What the address bar asks of the list of accounts."""

    q = django_filters.CharFilter(label="Name or email address", method="named")
    role = django_filters.ChoiceFilter(label="Role", choices=role_choices, empty_label="Any role")
    state = django_filters.ChoiceFilter(label="State", choices=UserState.choices, empty_label="Any state")
    overdue = django_filters.BooleanFilter(
        label="Review overdue", method="with_overdue_review", widget=forms.CheckboxInput
    )

    class Meta:
        model = User
        fields: list[str] = []

    def named(self, users: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        for word in value.split():
            users = users.filter(Q(full_name__icontains=word) | Q(email__icontains=word))
        return users

    def with_overdue_review(self, users: Any, name: str, value: bool) -> QuerySet[User]:
        return users.overdue(timezone.localdate()) if value else users
