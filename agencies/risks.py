"""What services know that makes it urgent to find a child, as far as the reader may know it."""

from __future__ import annotations

from collections.abc import Collection

from agencies import raising
from agencies.involved import involved
from registry.disclosure import Context

SOCIAL_CARE = "social_care"


def tells(child_ids: Collection[int], to: Context) -> dict[int, list[str]]:
    """That social care is involved, and that there is a cause for concern which the reader may read."""
    from agencies.models import ServiceKind

    label = str(ServiceKind(SOCIAL_CARE).label)
    found: dict[int, list[str]] = {}
    for child_id, known in involved(child_ids, to=to).items():
        social = [one for one in known.now if one.kind == label]
        if social:
            is_listed = all(one.is_listed for one in social)
            told = "A list of social care names the child" if is_listed else "Social care is involved"
            found.setdefault(child_id, []).append(told)
    for child_id in raising.visible(to).filter(child__in=child_ids).values_list("child", flat=True).distinct():
        found.setdefault(child_id, []).append("Cause for concern open")
    return found
