"""From the lines of an address to its parts."""

from __future__ import annotations

import re

FLAT = re.compile(r"^((?:flat|apartment|apt|unit|room)\s+[\w/-]+)[,\s]+(.+)$", re.IGNORECASE)
DOOR = re.compile(r"^(\d+\s?[a-z]?(?:\s?-\s?\d+\s?[a-z]?)?)[,\s]+(.+)$", re.IGNORECASE)


def split_address(values: dict[str, str]) -> None:
    """The parts of an address that came as lines: a flat, a door, a street."""
    line1, line2 = values.pop("line1", ""), values.pop("line2", "")
    if not (line1 or line2) or values.get("street"):
        return
    if flat := FLAT.match(line1):
        values.setdefault("saon", flat[1])
        line1 = flat[2]
    if not DOOR.match(line1) and DOOR.match(line2):
        values.setdefault("paon", line1)
        line1, line2 = line2, ""
    if door := DOOR.match(line1):
        values["paon"] = f"{values['paon']}, {door[1]}" if values.get("paon") else door[1]
        line1 = door[2]
    values["street"] = line1
    if line2:
        values.setdefault("locality", line2)
