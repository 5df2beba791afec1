"""What schools keep of files that came: the rows of national tables, which go with the deliveries they became."""

from __future__ import annotations

from collections.abc import Sequence

from registry.letting_go import on_letting_go
from schools.models import CollectionPart


@on_letting_go
def empty_parts(deliveries: Sequence[int]) -> int:
    """Rows whose school is not known yet have become no delivery, and wait."""
    return CollectionPart.objects.filter(delivery__in=deliveries).exclude(content=b"").update(content=b"")
