"""How a child is spoken of: the name once, then *she*, *he* or *they*."""

from __future__ import annotations

from dataclasses import dataclass

from registry.disclosure import RecordView
from registry.models import Sex, Slot

PLURAL = {"is": "are", "has": "have", "lives": "live", "was": "were", "intends": "intend", "does": "do"}


@dataclass(frozen=True)
class Spoken:
    """A child's short name and pronouns. Where the sex is not known or not specified: they, their."""

    name: str
    subject: str
    possessive: str
    object: str

    @property
    def possessive_name(self) -> str:
        return f"{self.name}'" if self.name.endswith("s") else f"{self.name}'s"

    def does(self, verb: str) -> str:
        """*she is*, *they are*."""
        return f"{self.subject} {PLURAL[verb] if self.subject == 'they' else verb}"

    def opens(self, verb: str) -> str:
        """The same at the beginning of a sentence."""
        return capital(self.does(verb))

    @property
    def opening_possessive(self) -> str:
        return capital(self.possessive)


def spoken(view: RecordView) -> Spoken:
    """How to speak of the child of `view`; a baby not yet named goes by the surname."""
    lead = view.leading(Slot.REGISTERED_NAME)
    name = (lead.values.get("forename") if lead else "") or view.name
    if view.sex == Sex.FEMALE:
        return Spoken(name, "she", "her", "her")
    if view.sex == Sex.MALE:
        return Spoken(name, "he", "his", "him")
    return Spoken(name, "they", "their", "them")


def capital(text: str) -> str:
    """The text with its first letter as a capital, the rest untouched."""
    return text[:1].upper() + text[1:]
