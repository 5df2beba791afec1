"""Groups of children of whose whereabouts a share is published each night: the pupils of a school, those known to a
service. The rooms above register theirs from `AppConfig.ready`."""

from __future__ import annotations

_groups: dict[str, str] = {}


def register(name: str, statement: str) -> None:
    """`statement` is SQL that gives a code (of the group: *school-100123*) and the id of each child in it."""
    _groups[name] = statement


def statements() -> list[str]:
    return list(_groups.values())
