"""Which wards a reader may know by name: those in which a child lives, or has lived, whom the reader may be told of.

The national list of postcodes has codes of wards and no names, which come with addresses. Whether a ward is known must
not tell that a child behind a shield is all that it has: so whatever is asked about wards is asked here.
"""

from __future__ import annotations

from collections.abc import Collection

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


USED = """
    EXISTS (SELECT FROM registry_residence lived JOIN registry_indexentry lives ON lives.child_id = lived.child_id
            WHERE lived.address_id = a.id AND {whose})
    OR EXISTS (SELECT FROM registry_carer cares JOIN registry_care care ON care.carer_id = cares.id
               JOIN registry_indexentry lives ON lives.child_id = care.child_id
               WHERE cares.address_id = a.id AND {whose})
"""
OPEN = f"(({USED.format(whose='NOT lives.shielded')}) OR NOT ({USED.format(whose='lives.shielded')}))"
"""SQL for whether an address `a` is one that anybody may write again: not known by shielded children's lives alone.

The row of one that is not is left as it is, and the same place is written anew beside it: whoever writes it reads their
own words, and learns nothing by what was there.
"""


def open_ones(addresses: Collection[int]) -> set[int]:
    """Those of some addresses that anybody may write again."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT a.id FROM registry_address a WHERE a.id = ANY(%s) AND {OPEN}", [list(addresses)])
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
