"""Pins when two records become one, and when they are taken apart again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from registry import precedence
from registry.merging.images import Image, image, row_of
from registry.merging.own import Side
from registry.merging.saying import Pair
from registry.models import Child, Pin

PINNED_BECAUSE = "Chosen when two records were merged"


def pins_of(child: Child) -> dict[str, Pin]:
    """A record's pins by slot."""
    return {pin.slot: pin for pin in Pin.objects.filter(child=child).order_by("pk")}


def images(pins: Iterable[Pin]) -> list[Image]:
    """The pins as a manifest keeps them."""
    return [image(pin) for pin in pins]


def join_pins(
    survivor: Child, superseded: Child, *, kept: Mapping[Pair, int], chosen: Mapping[str, int]
) -> dict[str, list[Image]]:
    """Let the survivor's pins stand, the other's fill the slots it has none for, and what was chosen lead.

    `kept` gives for each fact that became one with others the id of the row that stayed, `chosen` the fact to pin by
    slot. The answer is what the manifest keeps.
    """
    mine, theirs = pins_of(survivor), pins_of(superseded)
    before = {"survivor": images(mine.values()), "superseded": images(theirs.values())}
    Pin.objects.filter(pk__in=[pin.pk for slot, pin in theirs.items() if slot in mine]).delete()
    for pin in (*mine.values(), *(pin for slot, pin in theirs.items() if slot not in mine)):
        pair = (precedence.PLACES[pin.slot].kind, pin.fact_id)
        Pin.objects.filter(pk=pin.pk).update(child=survivor, fact_id=kept.get(pair, pin.fact_id))
    for slot, fact_id in chosen.items():
        Pin.objects.update_or_create(child=survivor, slot=slot, defaults={"fact_id": fact_id, "reason": PINNED_BECAUSE})
    return {**before, "after": images(pins_of(survivor).values())}


def pins_parted(
    manifest: Mapping[str, list[Image]], survivor: Child, superseded: Child, sides: Mapping[Pair, Side]
) -> Iterator[Pin]:
    """The pins both records would have apart: as they were, and a pin made since with the fact it is on.

    `sides` says on which record each fact would be.
    """
    now, merged = pins_of(survivor), _by_slot(manifest["after"])
    mine, theirs = _by_slot(manifest["survivor"]), _by_slot(manifest["superseded"])
    for slot in sorted({*now, *merged, *mine, *theirs}):
        pin, was = now.get(slot), merged.get(slot)
        if (pin and pin.fact_id) == (was and was.fact_id):
            yield from _of(mine.get(slot), survivor)
            yield from _of(theirs.get(slot), superseded)
        elif pin and sides.get((precedence.PLACES[slot].kind, pin.fact_id)) == Side.SUPERSEDED:
            yield from _of(mine.get(slot), survivor)
            yield from _of(pin, superseded)
        else:
            yield from _of(pin, survivor)
            unpinned_for_both = pin is None and slot not in mine
            yield from _of(None if unpinned_for_both else theirs.get(slot), superseded, unless=pin)


def _by_slot(kept: Iterable[Image]) -> dict[str, Pin]:
    return {one["slot"]: row_of(Pin, one) for one in kept}


def _of(pin: Pin | None, child: Child, *, unless: Pin | None = None) -> Iterator[Pin]:
    """The pin on a record, under its own id `unless` another has that."""
    if pin is not None:
        pk = None if unless and unless.pk == pin.pk else pin.pk
        yield Pin(pk=pk, child_id=child.pk, slot=pin.slot, fact_id=pin.fact_id, reason=pin.reason)
