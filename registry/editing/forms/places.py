"""The forms of addresses and of where a child lives."""

from __future__ import annotations

from typing import Any

from django import forms

from childindex.forms import Form
from registry.editing.addresses import settled_address
from registry.editing.forms.asking import NARROW, FactForm, chosen, text
from registry.identifiers import NotValid, read_postcode
from registry.models import AT_AN_ADDRESS, Address, AddressKind, Fact, Residence, Standing

ADDRESS_PARTS = ("saon", "paon", "street", "locality", "town", "postcode")


class AddressFields(Form):
    """The parts of an address, as BS7666 and the census divide it."""

    saon = text("Flat or unit", length=100)
    paon = text("House name or number", length=100)
    street = text("Street", length=100)
    locality = text("Locality", length=60)
    town = text("Town", length=60)
    postcode = text("Postcode", length=10, attrs=NARROW)
    address_kind = chosen("What sort of place is it?", AddressKind.choices, required=False)

    def clean_postcode(self) -> str:
        typed = self.cleaned_data["postcode"]
        try:
            return str(read_postcode(typed)) if typed else ""
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault

    def says_where(self) -> bool:
        """Whether a street or a postcode was given: less is no address."""
        return bool(self.cleaned_data.get("street") or self.cleaned_data.get("postcode"))

    def address(self) -> Address | None:
        """The address described, unsaved; None where nothing was."""
        parts = {name: self.cleaned_data.get(name, "") for name in ADDRESS_PARTS}
        if not any(parts.values()):
            return None
        return Address(**parts, kind=self.cleaned_data.get("address_kind") or AddressKind.HOUSEHOLD)


def initial_address(address: Address | None) -> dict[str, Any]:
    """What an address's boxes start from."""
    if address is None:
        return {}
    return {**{name: getattr(address, name) for name in ADDRESS_PARTS}, "address_kind": address.kind}


class ResidenceForm(AddressFields, FactForm):
    """Where the child lives, or why no address is given."""

    model = Residence
    standing = chosen("What do you know?", Standing.choices, radio=True)
    field_order = ("standing", *ADDRESS_PARTS, "address_kind")

    @staticmethod
    def initial_of(fact: Fact) -> dict[str, Any]:
        return {**FactForm.initial_of(fact), **initial_address(fact.address)}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        standing = cleaned.get("standing")
        described = self.address() if standing in AT_AN_ADDRESS else None
        if standing in AT_AN_ADDRESS and not self.says_where():
            self.add_error("street", "Enter at least a street or a postcode, or say that no address is known.")
        cleaned["address"] = described
        return cleaned

    def settle(self) -> dict[str, Any]:
        return {**self.fact_values(), "address": settled_address(self.cleaned_data["address"])}
