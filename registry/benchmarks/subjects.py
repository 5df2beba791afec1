"""What rooms above have `manage.py benchmark` measure besides."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol


class Outcome(Protocol):
    """What was measured, as lines to read and as JSON."""

    def lines(self) -> list[str]: ...

    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Subject:
    """`measure` takes the options, and whom to tell how far it is."""

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    measure: Callable[[dict[str, Any], Callable[[str], Any]], Outcome]


_subjects: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    _subjects[subject.name] = subject


def everything() -> list[Subject]:
    return list(_subjects.values())


def named(name: str) -> Subject | None:
    return _subjects.get(name)
