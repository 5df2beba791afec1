"""The forms of carers, and of what they are to a child."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from childindex.forms import RadioSelect
from registry.editing.addresses import settled_address
from registry.editing.forms.asking import NARROW, FactForm, ReasonForm, chosen, text
from registry.editing.forms.places import ADDRESS_PARTS, AddressFields, initial_address
from registry.identifiers import NotValid, read_telephone
from registry.models import Care, CareKind, Carer, YesNo


class CarerFields(AddressFields):
    """A carer as a person: shared by every child they care for."""

    title = text("Title", length=20, attrs=NARROW)
    forename = text("Forename", length=100)
    surname = text("Surname", length=100)
    telephone = text("Telephone", length=30)
    other_telephone = text("Other telephone", length=30)
    email = forms.EmailField(label="Email address", required=False)
    PERSON: ClassVar = ("title", "forename", "surname", "telephone", "other_telephone", "email")

    def _telephone(self, name: str) -> str:
        typed = self.cleaned_data[name]
        try:
            return str(read_telephone(typed)) if typed else ""
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault

    def clean_telephone(self) -> str:
        return self._telephone("telephone")

    def clean_other_telephone(self) -> str:
        return self._telephone("other_telephone")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("forename") and not cleaned.get("surname") and not cleaned.get("existing"):
            self.add_error("surname", "Enter the carer's forename or surname.")
        if self.address() and not self.says_where():
            self.add_error("street", "Enter at least a street or a postcode.")
        return cleaned

    def person(self) -> dict[str, Any]:
        """The carer's own values, the address unsaved."""
        return {**{name: self.cleaned_data.get(name, "") for name in self.PERSON}, "address": self.address()}


class CarerForm(CarerFields, ReasonForm):
    """A carer's own details, whichever children they care for."""

    doing = "correct"
    field_order = (*CarerFields.PERSON, *ADDRESS_PARTS, "address_kind")

    @staticmethod
    def initial_of(carer: Carer) -> dict[str, Any]:
        own = {name: getattr(carer, name) for name in CarerFields.PERSON}
        return {**own, **initial_address(carer.address)}


class CareForm(CarerFields, FactForm):
    """Who cares for the child. A carer of a brother or sister is chosen, not typed again."""

    model = Care
    kind = chosen("What are they to the child?", CareKind.choices)
    parental_responsibility = chosen("Parental responsibility?", YesNo.choices, radio=True)
    lives_with = chosen("Do they live with the child?", YesNo.choices, radio=True)
    priority = forms.IntegerField(
        label="Order of contact",
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric"}),
        help_text="1 is rung first.",
    )
    field_order = (
        "existing",
        *CarerFields.PERSON,
        *ADDRESS_PARTS,
        "address_kind",
        "kind",
        "parental_responsibility",
        "lives_with",
        "priority",
    )

    def __init__(self, *args: Any, carers: list[Carer] | None = None, held: Care | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._carers = {str(carer.pk): carer for carer in carers or []}
        self._held = held
        if held is not None:
            for name in (*CarerFields.PERSON, *ADDRESS_PARTS, "address_kind"):
                del self.fields[name]
        elif self._carers:
            self.fields["existing"] = forms.ChoiceField(
                label="Is it somebody who already cares for a child at this address?",
                choices=[("", "No, somebody else"), *[(key, str(carer)) for key, carer in self._carers.items()]],
                required=False,
                widget=RadioSelect(),
            )
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        cleaned = super(CarerFields, self).clean() if self._held else super().clean()
        cleaned = cleaned or {}
        existing = self._carers.get(cleaned.get("existing") or "")
        cleaned["carer"] = self._held.carer if self._held else existing or Carer(**self.person())
        return cleaned

    def settle(self) -> dict[str, Any]:
        carer = self.cleaned_data["carer"]
        if carer.pk is None:
            carer.address = settled_address(carer.address)
            carer.save()
        return self.fact_values()
