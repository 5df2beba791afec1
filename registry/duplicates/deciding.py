"""What a person does with two records that may be one child: says so, says not, asks somebody, or puts it off.

What is said is remembered, and obeyed by every later match and merge. Whoever decides by a page that is out of date,
since somebody else has decided or a record has changed, is told, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from childindex.acts import act
from childindex.models import Source, User
from registry import conflicts
from registry.merging.decisions import REASON_CODE, remember
from registry.models import Child, Suspicion, SuspicionState, Verdict
from registry.recording import CannotRecord

ON_THE_LIST = "put_on_the_list"
LOOKED_AT = "Looked at side by side"


class DecidedMeanwhile(CannotRecord):
    """The pair is not as it was when the page was opened."""


def version_of(suspicion: Suspicion) -> str:
    """What a page was made from: both records' revisions and how often the pair itself was written."""
    written = suspicion.history.count()
    return f"{suspicion.first.revision}-{suspicion.second.revision}-{written}"


def say_same(suspicion: Suspicion, *, by: User, version: str = "") -> Suspicion:
    """The two are one child. Merging them is another matter, with a rehearsal of its own."""
    with _deciding(suspicion, by, REASON_CODE, LOOKED_AT, version) as decided:
        decided.state = SuspicionState.SAME
        remember(decided.first, decided.second, Verdict.SAME, reason=LOOKED_AT)
    return decided


def say_different(suspicion: Suspicion, *, by: User, reason: str, version: str = "") -> Suspicion:
    """The two are two children."""
    with _deciding(suspicion, by, REASON_CODE, reason, version) as decided:
        decided.state = SuspicionState.DIFFERENT
        remember(decided.first, decided.second, Verdict.NOT_SAME, reason=reason)
    return decided


def ask(suspicion: Suspicion, *, owner: User, note: str, by: User, version: str = "") -> Suspicion:
    """Somebody else is to find out; the note says what."""
    with _deciding(suspicion, by, ON_THE_LIST, "", version) as decided:
        decided.state, decided.owner, decided.note, decided.put_off_until = SuspicionState.PROPOSED, owner, note, None
    return decided


def put_off(suspicion: Suspicion, *, by: User, version: str = "") -> Suspicion:
    """Leave it until tomorrow."""
    with _deciding(suspicion, by, ON_THE_LIST, "", version) as decided:
        decided.put_off_until = timezone.localdate() + timedelta(days=1)
    return decided


@contextmanager
def _deciding(suspicion: Suspicion, by: User, code: str, reason: str, version: str) -> Iterator[Suspicion]:
    """The pair, locked with both records, and saved at the end. Raises DecidedMeanwhile, CannotRecord for family."""
    if closed := conflicts.closed_to(by, [suspicion.first_id, suspicion.second_id]):
        raise CannotRecord(closed)
    with transaction.atomic(), act(by=by, source=Source.council(), reason_code=code, reason=reason):
        both = [suspicion.first_id, suspicion.second_id]
        records = {child.pk: child for child in Child.objects.in_lock_order().filter(pk__in=both)}
        locked = Suspicion.objects.select_for_update().filter(pk=suspicion.pk).first()
        if locked is None:
            raise DecidedMeanwhile("This pair has been taken off the list: the records have come to differ.")
        locked.first, locked.second = records[locked.first_id], records[locked.second_id]
        if version and version != version_of(locked):
            raise DecidedMeanwhile("Somebody has changed this while you were looking. Look again before you decide.")
        yield locked
        locked.save()
