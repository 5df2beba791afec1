"""The forms of names and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.editing.forms.asking import NARROW, FactForm, chosen, text
from registry.identifiers import NotValid, read_nhs_number, read_uln, read_upn
from registry.models import Identifier, IdentifierKind, IdentifierStatus, Name, NameKind


class NameForm(FactForm):
    """A name."""

    model = Name
    kind = chosen("Which name is it?", NameKind.choices)
    forename = text("Forename", length=100)
    middle_names = text("Middle names", length=150)
    surname = text("Surname", length=100)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("forename") and not cleaned.get("surname"):
            self.add_error("surname", "Enter a forename or a surname.")
        return cleaned


READERS: dict[str, Callable[[str], Any]] = {
    "upn": read_upn,
    "temporary_upn": read_upn,
    "former_upn": read_upn,
    "uln": read_uln,
    "nhs_number": read_nhs_number,
}


class IdentifierForm(FactForm):
    """A number other systems know the child by; its check digits are proved."""

    model = Identifier
    kind = chosen("Which number is it?", IdentifierKind.choices)
    value = text("Number", length=20, required=True, attrs=NARROW, hint="Spaces do not matter.")
    status = chosen("How sure is it?", IdentifierStatus.choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if kind and value:
            try:
                cleaned["value"] = self._proved(kind, value)
            except NotValid as fault:
                self.add_error("value", str(fault))
        return cleaned

    @staticmethod
    def _proved(kind: str, value: str) -> str:
        read = READERS[kind](value)
        if kind == "upn" and read.is_temporary:
            raise NotValid("This is a temporary UPN: it ends in a letter. Choose Temporary UPN.")
        if kind == "temporary_upn" and not read.is_temporary:
            raise NotValid("This is a permanent UPN: it ends in a digit. Choose UPN.")
        return str(read.value)
