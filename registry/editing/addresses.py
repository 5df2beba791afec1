"""Addresses as they are written by hand: each place one row, and in a ward where its postcode says which."""

from __future__ import annotations

from django.db import transaction
from django.db.utils import IntegrityError

from registry.disclosure.areas import open_ones, ward_near
from registry.models import Address, AddressKind, Postcode


def settled_address(described: Address | None) -> Address | None:
    """The row for a described address: the one already written, or this one, saved. Call inside an act.

    A place already written as a household becomes the institution it is now said to be, for all who live there. A row
    by which only shielded children live is left alone: the place is written beside it, in the words that were typed.
    """
    if described is None:
        return None
    held = _written(described)
    if held is None:
        return _write(described)
    if described.kind not in (held.kind, AddressKind.HOUSEHOLD):
        held.kind = described.kind
        held.save(update_fields=["kind"])
    return held


def _written(described: Address) -> Address | None:
    rows = list(Address.objects.at(described))
    found = open_ones([one.pk for one in rows]) if rows else set()
    return next((one for one in rows if one.pk in found), None)


def _write(described: Address) -> Address:
    """Save it, unless somebody writes the same place at the same moment: then theirs is the row."""
    _locate(described)
    described.copy = Address.objects.at(described).count()
    try:
        with transaction.atomic():
            described.save(force_insert=True)
    except IntegrityError:
        theirs = _written(described)
        if theirs is None:
            raise
        return theirs
    return described


def _locate(address: Address) -> None:
    """Ward and grid reference from the postcode, by the national list and by other addresses that share either.

    No address counts of which only shielded children's lives tell: whoever writes a new one would learn of it.
    """
    if not address.postcode:
        return
    place = Postcode.objects.filter(postcode=address.postcode).first()
    if place is not None:
        address.ward_code, address.easting, address.northing = place.ward_code, place.easting, place.northing
    near = ward_near(postcode=address.postcode, ward_code=address.ward_code)
    if near is not None and address.ward_code in ("", near[0]):
        address.ward_code, address.ward_name = near
