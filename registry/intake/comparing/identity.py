"""What a claim says of who a child is: names, birth, sex and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from registry.intake.comparing.differences import Difference, Do, Terms, Values, instead
from registry.intake.holding import Held
from registry.models import FactKind, IdentifierKind, Says
from registry.names import fold


def name(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    said = {name: claim.get(name, "") for name in ("forename", "middle_names", "surname")}
    if not (said["forename"] or said["surname"]):
        return
    names = held.open(FactKind.NAME, kind="registered") if held else []
    same = next((name for name in names if same_name(said, name.values)), None)
    if same is not None:
        yield Difference(Says.NAME, Do.CONFIRM, FactKind.NAME, same.id)
    elif not names or (said["forename"] and said["surname"]):
        values = {"kind": "registered", **said}
        found = instead(Says.NAME, FactKind.NAME, names, values, terms, shown=_full_name)
        yield found.but(completes=_names_a_baby(said, [name.values for name in names]))


def _names_a_baby(said: Values, names: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a forename is said where the index has none yet."""
    return all(not name["forename"] and fold(name["surname"]) == fold(said["surname"]) for name in names)


def same_name(said: Values, held: Values) -> bool:
    """Capitals, accents and missing middle names are differences of writing, not of name."""
    parts = [name for name in ("forename", "surname") if said[name]]
    if any(fold(said[name]) != fold(held[name]) for name in parts):
        return False
    mine, theirs = fold(said["middle_names"]), fold(held["middle_names"])
    return not mine or mine == theirs or mine == "".join(word[:1] for word in theirs.split())


def _full_name(values: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (values["forename"], values["middle_names"], values["surname"])))


def other_names(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    for kind in ("preferred", "former"):
        forename = claim.get(f"{kind}_forename", "") or claim.get("forename", "")
        surname = claim.get(f"{kind}_surname", "") or claim.get("surname", "")
        given = claim.get(f"{kind}_forename") or claim.get(f"{kind}_surname")
        registered = (fold(claim.get("forename", "")), fold(claim.get("surname", "")))
        if not given or (fold(forename), fold(surname)) == registered:
            continue
        said = {"kind": kind, "forename": forename, "middle_names": "", "surname": surname}
        names = held.open(FactKind.NAME, kind=kind) if held else []
        same = next((name for name in names if same_name(said, name.values)), None)
        if same is not None:
            yield Difference(Says.PREFERRED_NAME, Do.CONFIRM, FactKind.NAME, same.id)
        else:
            among = names if kind == "preferred" else []
            yield instead(Says.PREFERRED_NAME, FactKind.NAME, among, said, terms, shown=_full_name)


def birth(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    said = claim.get("date_of_birth")
    if said and held and said != (held.born.isoformat() if held.born else ""):
        was = held.born.isoformat() if held.born else ""
        yield Difference(Says.BIRTH, Do.SET, "child", held.id, {"date_of_birth": said}, was, said)


def sex(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    said = claim.get("sex", "U")
    if said not in ("U", "") and held and said != held.sex:
        was = "" if held.sex == "U" else held.sex
        yield Difference(Says.SEX, Do.SET, "child", held.id, {"sex": said}, was, said)


def numbers(claim: Values, held: Held | None, terms: Terms) -> Iterator[Difference]:
    for key in ("upn", "former_upn", "uln", "nhs_number"):
        value = claim.get(key, "")
        if value:
            yield from _number(_number_kind(key, value), value, held, terms)


def _number_kind(key: str, value: str) -> str:
    return IdentifierKind.TEMPORARY_UPN if key == "upn" and value[-1].isalpha() else key


def _number(kind: str, value: str, held: Held | None, terms: Terms) -> Iterator[Difference]:
    numbers = held.open(FactKind.IDENTIFIER) if held else []
    alike = [IdentifierKind.FORMER_UPN] if kind == IdentifierKind.TEMPORARY_UPN else []
    same = next((one for one in numbers if one.values["value"] == value and one.values["kind"] in (kind, *alike)), None)
    if same is not None:
        yield Difference(Says.NUMBERS, Do.CONFIRM, FactKind.IDENTIFIER, same.id)
        return
    rivals = [one for one in numbers if one.values["kind"] == kind and kind != IdentifierKind.FORMER_UPN]
    said = {"kind": kind, "value": value}
    if rivals:
        was = ", ".join(one.values["value"] for one in rivals)
        yield Difference(Says.NUMBERS, Do.ADD, FactKind.IDENTIFIER, None, said, was, value, "ask")
    else:
        yield Difference(Says.NUMBERS, Do.ADD, FactKind.IDENTIFIER, None, said, "", value)
