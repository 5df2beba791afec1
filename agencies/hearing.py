"""What somebody has chosen to hear of, and the letters about it: counts of children, and never a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from agencies.caseload import caseload, news
from agencies.models import Often, Subscription, What, Whose
from childindex import acts, words
from childindex.models import Source, User
from registry.disclosure import Context

PERIODS = {Often.DAILY: timedelta(days=1), Often.WEEKLY: timedelta(days=7)}
USUAL = (str(Whose.MINE), str(Often.WEEKLY))
SAID = {
    What.MOVED: ("moved", "moved"),
    What.SCHOOL: ("joined or left a school", "joined or left a school"),
    What.SERVICE: ("has another service involved", "have another service involved"),
    What.CONCERN: ("has a cause for concern", "have a cause for concern"),
}


def chosen_by(user: User) -> dict[str, tuple[str, str]]:
    """Of whom and how often somebody hears, by the kind of news."""
    said = {one.what: (one.whose, one.often) for one in Subscription.objects.filter(user=user)}
    return {what: said.get(what, USUAL) for what in What.values}


def choose(user: User, wanted: Mapping[str, tuple[str, str]]) -> int:
    """Keep what somebody wants to hear of; how many kinds are different from before."""
    before = chosen_by(user)
    different = {what: said for what, said in wanted.items() if before[what] != said}
    if different:
        with acts.act(by=user, source=Source.council(), reason_code="subscribed", reason="Chosen by the person"):
            for what, (whose, often) in different.items():
                Subscription.objects.update_or_create(user=user, what=what, defaults={"whose": whose, "often": often})
    return len(different)


def digest(user: User, often: str) -> list[str]:
    """What is new for somebody that they hear of so often, a sentence each; nothing where nothing is new."""
    to, since = Context(user=user), timezone.now() - PERIODS[Often(often)]
    wanted = {what: whose for what, (whose, how_often) in chosen_by(user).items() if how_often == often}
    lines = []
    for whose in sorted(set(wanted.values())):
        whats = [what for what, of_whom in wanted.items() if of_whom == whose]
        lines += list(_lines(to, since, whose, whats))
    return lines


def _lines(to: Context, since: datetime, whose: str, whats: list[str]) -> Iterator[str]:
    mine = caseload(to, whole_service=whose == Whose.SERVICE)
    counted: Counter[str] = Counter()
    for found in news([one.child_id for one in mine], to=to, since=since).values():
        counted.update({one.what for one in found})
    of_whom = "of your service’s children" if whose == Whose.SERVICE else "of your children"
    for what, (one, several) in SAID.items():
        if what in whats and counted[what]:
            yield f"{counted[what]:,} {of_whom} {one if counted[what] == 1 else several}."
    faded = sum(one.has_faded() for one in mine)
    if What.FADED in whats and faded:
        entries = words.count(faded, "entry", "entries")
        yield f"{words.sentence(entries)} {of_whom} not confirmed for so long that others see it as faded."
