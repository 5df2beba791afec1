"""What each source has wrong and should mend in its own system, kept until its next file agrees.

A difference that was not written, since a pin, a rule or a person said no, becomes a correction of its source; so does
what a person of the council mends in a record on the word of a source. A later file that still says it is reported and
not obeyed; one that says otherwise ticks it off.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from childindex import acts
from childindex.models import Act, Source, SourceKind, User
from registry.intake.comparing import CORRECTED, EMPTY_ONLY, KEPT, PINNED
from registry.intake.known_as import SOURCE_RECORD
from registry.models import Correction, Delivery, Says

REASON_CODE = "correction_closed"
TOLD = (CORRECTED, EMPTY_ONLY, KEPT, PINNED)
"""Why a source is told. What a feed is never believed about is no mistake of the source's."""


class CannotClose(Exception):
    """Nothing was closed; the text says why."""


def note(delivery: Delivery, deed: Act, *, for_custodians: bool = False) -> None:
    """Open a correction for all that was left, and tick off what the rows no longer say. Within the act."""
    values: dict[str, Any] = {
        "delivery": delivery.pk,
        "source": delivery.source_id,
        "as_of": delivery.as_of,
        "further": delivery.is_applied,
        "custodians": for_custodians,
        "told": list(TOLD),
        "now": deed.at,
    }
    with connection.cursor() as cursor:
        cursor.execute(TICKED_OFF, values)
        cursor.execute(OPENED, values)


def note_officer(deed: Act) -> None:
    """Open corrections for what a person of the council has mended or taken out in an act that closes."""
    if deed.by_id is None or deed.source.kind != SourceKind.COUNCIL or deed.undoes_id:
        return
    on = timezone.localdate(deed.at)
    values: dict[str, Any] = {"act": deed.pk, "source": deed.source_id, "why": CORRECTED, "on": on}
    with connection.cursor() as cursor:
        for says, statement in MENDED.items():
            cursor.execute(statement, {**values, "says": says})


def open_for(source: Source) -> QuerySet[Correction]:
    """The corrections that a source has still to make, the oldest first."""
    found = Correction.objects.open().filter(source_record__source=source)
    return found.select_related("source_record", "child", "delivery").order_by("since", "pk")


def still_said(corrections: list[Correction]) -> set[int]:
    """Those whose source has said it again in its last file, whether in full or as a repetition of all it said."""
    with connection.cursor() as cursor:
        cursor.execute(STILL_SAID, [[correction.pk for correction in corrections]])
        return {pk for (pk,) in cursor.fetchall()}


def close(correction: Correction, by: User, because: str) -> Correction:
    """Close a correction that no file will tick off, for a reason. Raises CannotClose."""
    if not because.strip():
        raise CannotClose("Say why nothing needs mending any more.")
    reason = because.strip()[:200]
    with transaction.atomic():
        locked = Correction.objects.select_for_update().get(pk=correction.pk)
        if locked.closed_at is not None:
            raise CannotClose("This correction has been closed meanwhile.")
        with acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=reason):
            locked.closed_at, locked.closed_because = timezone.now(), reason
            locked.save(update_fields=["closed_at", "closed_because"])
    return locked


# The rows that are applied in this act, with the source record that each is of; those that only repeat say nothing new.
ROWS = f"""
    SELECT s.id AS source_record_id, r.child_id, r.claim, r.changes
    FROM registry_deliveryrow r
    JOIN registry_child c ON c.id = r.child_id
    {SOURCE_RECORD}
    WHERE r.delivery_id = %(delivery)s AND r.outcome IN ('confirmed', 'changed', 'joined', 'left')
      AND r.number IS NOT NULL AND NOT r.changes @> '[{{"do": "repeat"}}]' AND (r.waits OR NOT %(further)s)
      AND r.for_custodians = %(custodians)s
"""
LEFT = f"""
    SELECT DISTINCT ON (r.source_record_id, d ->> 'says', coalesce(d -> 'values', '{{}}') - 'from_date')
           r.source_record_id, r.child_id, d ->> 'says' AS says,
           coalesce(d -> 'values', '{{}}') - 'from_date' AS value, d ->> 'now' AS said, d ->> 'was' AS held,
           d ->> 'why' AS why
    FROM ({ROWS} AND r.changes @> '[{{"do": "nothing"}}]') r CROSS JOIN LATERAL jsonb_array_elements(r.changes) AS d
    WHERE d ->> 'do' = 'nothing' AND d ->> 'why' = ANY(%(told)s)
"""
OPENED = f"""
    INSERT INTO registry_correction (source_record_id, child_id, says, value, said, held, why, since, last_said,
                                     delivery_id, closed_because)
    SELECT l.source_record_id, l.child_id, l.says, l.value, coalesce(l.said, ''), coalesce(l.held, ''), l.why,
           %(as_of)s, %(as_of)s, %(delivery)s, ''
    FROM ({LEFT}) l
    WHERE NOT EXISTS (SELECT 1 FROM registry_correction k WHERE k.source_record_id = l.source_record_id
                      AND k.says = l.says AND k.said = coalesce(l.said, '') AND k.closed_at IS NULL)
    ON CONFLICT DO NOTHING
"""
# A row that says something else about it, or the same as the index; one that is silent about it leaves it open.
TICKED_OFF = f"""
    WITH rows AS ({ROWS}), spoken AS (
        SELECT DISTINCT source_record_id, d ->> 'says' AS says
        FROM rows CROSS JOIN LATERAL jsonb_array_elements(changes) AS d
      UNION SELECT source_record_id, 'birth' FROM rows WHERE claim ? 'date_of_birth'
      UNION SELECT source_record_id, 'sex' FROM rows WHERE claim ? 'sex'
    ), still AS ({LEFT})
    UPDATE registry_correction k SET closed_at = %(now)s, closed_by_id = %(delivery)s
    FROM spoken WHERE k.closed_at IS NULL AND k.source_record_id = spoken.source_record_id AND k.says = spoken.says
      AND NOT EXISTS (SELECT 1 FROM still WHERE still.source_record_id = k.source_record_id AND still.says = k.says
                      AND (still.said = k.said OR still.value = k.value))
"""
STILL_SAID = """
    SELECT k.id FROM registry_correction k JOIN registry_sourcerecord s ON s.id = k.source_record_id
    WHERE k.id = ANY(%s) AND k.delivery_id IS NOT NULL AND (
        SELECT max(n.day) FROM registry_said n WHERE n.source_record_id = k.source_record_id
    ) = (SELECT max(d.as_of) FROM registry_delivery d WHERE d.source_id = s.source_id AND d.stage = 'applied'
         AND d.feed_id = (SELECT feed_id FROM registry_delivery WHERE id = k.delivery_id))
"""


def _mended(table: str, columns: str, value: str, said: str, join: str = "") -> str:
    """What an act changed or removed that had stood on the word of a source which knows the child.

    `p` is the row as it was, `h` as the act left it; `value` is what the source says in the form of a difference.
    """
    differs = " OR ".join(f"h.{name} IS DISTINCT FROM p.{name}" for name in columns.split())
    return f"""
        INSERT INTO registry_correction (source_record_id, child_id, says, value, said, held, why, since, last_said,
                                         closed_because)
        SELECT DISTINCT ON (r.id) r.id, p.child_id, %(says)s, {value}, {said}, '', %(why)s, %(on)s, %(on)s, ''
        FROM registry_historical{table} h
        JOIN LATERAL (SELECT * FROM registry_historical{table} b WHERE b.id = h.id AND b.history_id < h.history_id
                      ORDER BY b.history_id DESC LIMIT 1) p ON p.source_id <> %(source)s
        {join}
        JOIN LATERAL (SELECT s.id FROM registry_sourcerecord s WHERE s.source_id = p.source_id
                      AND s.child_id = p.child_id ORDER BY s.id DESC LIMIT 1) r ON true
        WHERE h.act_id = %(act)s AND (h.history_type = '-' OR (h.history_type = '~' AND ({differs})))
        ORDER BY r.id, h.history_id DESC
        ON CONFLICT DO NOTHING
    """


PLACE = "saon paon street locality town postcode uprn"
MENDED: dict[str, str] = {
    Says.NAME.value: _mended(
        "name",
        "forename middle_names surname",
        "jsonb_build_object('kind', p.kind, 'forename', p.forename, 'middle_names', p.middle_names,"
        " 'surname', p.surname)",
        "concat_ws(' ', nullif(p.forename, ''), nullif(p.middle_names, ''), nullif(p.surname, ''))",
    ),
    Says.NUMBERS.value: _mended(
        "identifier", "kind value", "jsonb_build_object('kind', p.kind, 'value', p.value)", "p.value"
    ),
    Says.HOME.value: _mended(
        "residence",
        "address_id",
        "jsonb_build_object('standing', p.standing, 'address', jsonb_build_object("
        + ", ".join(f"'{name}', coalesce(a.{name}::text, '')" for name in PLACE.split())
        + "))",
        "concat_ws(', ', nullif(a.saon, ''), nullif(concat_ws(' ', nullif(a.paon, ''), nullif(a.street, '')), ''),"
        " nullif(a.town, ''), nullif(a.postcode, ''))",
        "JOIN registry_address a ON a.id = p.address_id",
    ),
}


WHY = {
    CORRECTED: "The council has corrected it",
    EMPTY_ONLY: "The index has something else",
    KEPT: "The council looked and kept what it has",
    PINNED: "The council has made sure of what it has",
}
