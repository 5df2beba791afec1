"""What every role may do, as one table, made from the roles themselves: so the document cannot differ from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from childindex import roles

BEGINS, ENDS = "<!-- what every role may do -->", "<!-- the end of what every role may do -->"
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "access.md"


def whole() -> str:
    """The table of permissions, and those that rooms have added."""
    return "\n\n".join([table(), *(f"#### {title}\n\n{made()}" for title, made in _further.items())])


_further: dict[str, Callable[[], str]] = {}


def register_table(title: str, made: Callable[[], str]) -> None:
    """Have the document say something more that is made from code: a heading, and what gives the Markdown under it."""
    _further[title] = made


def table() -> str:
    """The roles as columns, what they may do as rows, in the order in which rooms have declared them; Markdown."""
    everyone = roles.everyone()
    heads = [role.label for role in everyone] + ["as custodian also"]
    lines = [_row(["may", *heads]), _row(["---"] * (len(heads) + 1))]
    lines += [_row([description, *_marks(code)]) for code, description in roles.PERMISSIONS.items()]
    return "\n".join(lines)


def _marks(permission: str) -> Iterator[str]:
    for role in roles.everyone():
        yield "yes" if permission in role.permissions else ""
    yield "yes" if permission in roles.CUSTODIAN else ""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")


def written() -> str:
    """The table as the document has it. Raises ValueError where the document has no place for it."""
    text = DOCUMENT.read_text()
    return text[text.index(BEGINS) + len(BEGINS) : text.index(ENDS)].strip()


def write() -> None:
    """Put the table into the document."""
    text = DOCUMENT.read_text()
    before, after = text[: text.index(BEGINS) + len(BEGINS)], text[text.index(ENDS) :]
    DOCUMENT.write_text(f"{before}\n\n{whole()}\n\n{after}")
