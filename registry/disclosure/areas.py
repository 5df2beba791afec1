"""Which wards a reader may know by name: those in which a child lives, or has lived, whom the reader may be told of.

The national list of postcodes has codes of wards and no names, which come with addresses. Whether a ward is known must
not tell that a child behind a shield is all that it has: so whatever is asked about wards is asked here.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

TOLD = """
    EXISTS (SELECT FROM registry_residence lived JOIN registry_indexentry lives ON lives.child_id = lived.child_id
            WHERE lived.address_id = a.id AND (%(behind_shields)s OR NOT lives.shielded))
"""
"""SQL for whether a reader may know of the address `a`."""
CALLED = f"""
    SELECT DISTINCT a.ward_code FROM registry_address a
    WHERE upper(a.ward_name) = upper(%(name)s) AND a.ward_code <> '' AND {TOLD} ORDER BY 1
"""
NEAR = f"""
    SELECT a.ward_code, a.ward_name FROM registry_address a
    WHERE (a.postcode = %(postcode)s OR a.ward_code = %(ward)s) AND a.ward_code <> '' AND {TOLD}
    ORDER BY a.postcode = %(postcode)s DESC, a.ward_name = '', a.id LIMIT 1
"""


HIDDEN_ALONE = f"""
    SELECT a.id FROM registry_address a WHERE a.id = ANY(%(addresses)s) AND NOT {TOLD}
      AND EXISTS (SELECT FROM registry_residence lived WHERE lived.address_id = a.id)
"""


def hidden_alone(address_ids: Sequence[int]) -> set[int]:
    """Those of some addresses of which only shielded children's lives tell.

    Whoever writes that somebody else lives there is to read what a new address would say: no ward, no town and no
    number that came with what is hidden.
    """
    if not address_ids:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(HIDDEN_ALONE, {"addresses": list(address_ids), "behind_shields": False})
        return {pk for (pk,) in cursor.fetchall()}


def wards_called(name: str, *, behind_shields: bool) -> list[str]:
    """The codes of the wards of a name, in capitals or small letters."""
    with connection.cursor() as cursor:
        cursor.execute(CALLED, {"name": name, "behind_shields": behind_shields})
        return [code for (code,) in cursor.fetchall()]


def ward_near(*, postcode: str, ward_code: str) -> tuple[str, str] | None:
    """The ward of an address that everybody may know of and that shares the postcode, or else the ward: its code and
    its name."""
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"postcode": postcode, "ward": ward_code, "behind_shields": False})
        found: tuple[str, str] | None = cursor.fetchone()
        return found
