"""The register of children not in school, which the Children's Wellbeing and Schools Act 2026 asks for."""

from django.conf import settings

WHY = (
    "The balance counts a child once, and a place on a roll comes first: what else is arranged, and an entry in the"
    " register of children not in school, do not change the line."
)


def is_kept() -> bool:
    """Whether the council keeps the register: the Act is not in force."""
    return bool(settings.NOT_IN_SCHOOL_REGISTER)
