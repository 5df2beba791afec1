"""Everything that can be sent, and all that whoever sent it then reads: asked of two databases that differ in what is
hidden from that person, the answers must not differ by a byte.

`rows` makes what is sent: right, nearly right and wrong values of what either world hides, beside names that meet a
shielded child, nearly meet one, or do not. `WAYS` are the ways of sending; each tells a `Sender` what to send and what
to read, before, while and after it is written and taken back.
"""

import io
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from unittest import mock
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, TestCase
from django.utils import timezone
from hypothesis import strategies as st

from agencies.models import Service
from childindex.jobs import running
from childindex.jobs.notes import Notes
from childindex.models import Job, JobState, Source
from registry import recording
from registry.intake.fields import FIELDS
from registry.intake.looking_behind import LOOK
from registry.list_match.reading import headings_of
from registry.models import (
    Address,
    Care,
    Carer,
    Delivery,
    Feed,
    FirstLoad,
    Identifier,
    ListMatch,
    Name,
    Returned,
)
from tests import databases, fuzzing, walks
from tests.factories import said_by
from tests.schools.returns.written import CENSUS, TRANSFER, identifiers
from tests.worlds import HIDDEN, World, nhs_number, upn

ALIGNED = 1_000_000
"""Where all numbers begin that the database gives out: those that hidden facts have taken are told apart by nobody."""
BUILT = 500_000
"""Where they begin while a copy of a world is made different."""
MOMENT = re.compile(r'(name="version" value="[a-z_]+-\w+-)[\d.]+')
"""When a row was decided, in the form by which somebody decides it again."""
KINDS_OF_SOURCES = ("agency", "practice", "admissions", "neighbour")


def prepare() -> None:
    """Have every kind of source in the world, so that each feed has somebody whose list it could be."""
    with said_by():
        for kind in KINDS_OF_SOURCES:
            Source.objects.create(code=f"a-{kind}", kind=kind, name=f"A {kind}")


NUMBERS_OF_A_RELATIVE = {
    "one": {"upn": "80120000999", "nhs_number": "943476700"},
    "two": {"upn": "80120000102", "nhs_number": "943476800"},
}


def hide(child, which: str) -> None:
    """Write of a child what either world hides of the shielded one. Inside an act."""
    values = {**HIDDEN[which], **NUMBERS_OF_A_RELATIVE[which]}
    home = Address.objects.create(paon="14", street=values["street"], town="Exampleton", postcode=values["postcode"])
    recording.change(child.residences.get(to_date=None), from_date=date(2024, 5, 1), address=home)
    recording.assert_fact(Identifier(child=child, kind="upn", value=upn(values["upn"])))
    recording.assert_fact(Identifier(child=child, kind="nhs_number", value=nhs_number(values["nhs_number"])))
    carer = Carer.objects.create(
        forename="Rosamund", surname="Vexley", telephone=values["telephone"], email=values["email"]
    )
    recording.assert_fact(Care(child=child, carer=carer, kind="other"))
    recording.assert_fact(Name(child=child, kind="former", forename="Barnaby", surname=values["former"]))


# What is sent


def nearly(text: str) -> str:
    """The same with its last letter or figure changed."""
    return f"{text[:-1]}{'A' if text[-1] != 'A' else 'B'}" if text[-1].isalpha() else f"{text[:-1]}{int(text[-1]) ^ 1}"


def both(key: str) -> list[str]:
    return [values[key] for values in HIDDEN.values()]


def _guesses() -> dict[str, list[str]]:
    """Of each field what either world hides, what is nearly that, what an open child has, and what nobody has."""
    upns = [*both("upn"), "80120000102", "80120000303", "80120000999"]
    numbers = [*both("nhs_number"), "943476600", "943476700", "943476800"]
    return {
        "postcode": [*both("postcode"), *map(nearly, both("postcode")), "B4 7DA", "B1 1AA", "rubbish"],
        "street": [*both("street"), *map(nearly, both("street")), "Juniper Lane", "Nowhere Lane"],
        "paon": ["7", "9", "1", "2", "14"],
        "upn": [*map(upn, upns), "H330203126002"],
        "nhs_number": [*map(nhs_number, numbers), "1234567890"],
        "former_surname": [*both("former"), *map(nearly, both("former")), "Oglethorpe"],
        "carer_surname": ["Vexley", "Vexly", "Ashdown", "Nobody"],
        "carer_forename": ["Rosamund", "Rosamunde", "Marguerite"],
        "telephone": [*both("telephone"), *map(nearly, both("telephone")), "0121 496 0999"],
        "email": [*both("email"), "nobody@example.org"],
        "urn": ["999102", "999103", "999101", "999104", "1"],
        "practice_code": ["Y00102", "Y00103", "Y00101", "rubbish"],
        "reference": ["22", "23", "1", "21", "9", "8", "77", "2"],
        "entry_date": ["01/09/2021", "01/09/2025"],
        "leaving_date": ["", "01/10/2025"],
        "on_roll": ["yes", "no"],
    }


GUESSES = _guesses()
NUMBERED = ("shielded", "shadow", "twin", "plain", "sibling")
RARELY = ("leaving_date", "on_roll", "entry_date", "email", "urn")


def _named(surname: str, forename: str, born: str, sex: str = "F") -> dict[str, str]:
    said = {"surname": surname, "forename": forename, "date_of_birth": born, "sex": sex}
    return {key: text for key, text in said.items() if text}


NAMES = [
    _named("Vexley", "Ottoline", "03/10/2016"),
    _named("Vexly", "Otoline", "10/03/2016"),
    _named("Thornbury", "Wilhelmina", "28/02/2017"),
    _named("Ottoline", "Vexley", "03/10/2016"),
    _named("Vexley", "Ottoline", ""),
    _named("Vexley", "O", "03/10/2016"),
    _named("Vexley", "Rosalind", "11/11/2019"),
    _named("Featherstonehaugh", "Ottoline", "03/10/2016"),
    _named("Marjoribanks", "Ottoline", "03/10/2016"),
    _named("Pemberley", "Isolde", "03/10/2016"),
    _named("Pemberly", "Isolda", "04/10/2016"),
    _named("Quillfeather", "Barnaby", "05/11/2014", "M"),
    _named("Quilfeather", "Barnabas", "05/11/2014", "M"),
    _named("Oglethorpe", "Philippa", "28/02/2017"),
    _named("Wintersgill", "Thaddeus", ""),
    _named("Newcomer", "Odile", "01/02/2020"),
    _named("Unlike", "Anybody", "31/02/2020"),
    {},
]
Row = dict[str, str]


def row() -> st.SearchStrategy[Row]:
    """A name and some guesses; an index number at times."""
    usual = {key: st.sampled_from(values) for key, values in GUESSES.items() if key not in RARELY}
    seldom = {key: st.sampled_from(GUESSES[key]) for key in RARELY}
    guesses = st.fixed_dictionaries({}, optional={**usual, **seldom})
    numbers = st.sampled_from([{}] * 6 + [{"index_number": who} for who in NUMBERED])
    return st.builds(lambda *parts: {key: text for one in parts for key, text in one.items()},
                     guesses, st.sampled_from(NAMES), numbers)  # fmt: skip


def rows(most: int = 12) -> st.SearchStrategy[list[Row]]:
    return st.one_of(st.just(STRONGEST), *[st.lists(row(), min_size=5, max_size=most)] * 4)


TOWN = "Exampleton"
"""Of every address, as the worlds write it: a place is one row, and its town whoever's who wrote it first."""
HOME = {"postcode": HIDDEN["one"]["postcode"], "street": HIDDEN["one"]["street"], "paon": "7"}
STRONGEST: list[Row] = [
    {**NAMES[0], **HOME, "reference": "31"},
    {**NAMES[0], "upn": upn(HIDDEN["one"]["upn"]), "reference": "32"},
    {**NAMES[6], **HOME, "carer_forename": "Rosamund", "carer_surname": "Vexley",
     "telephone": HIDDEN["one"]["telephone"]},
    {**NAMES[2], "upn": upn(HIDDEN["one"]["upn"]), "nhs_number": nhs_number(HIDDEN["two"]["nhs_number"])},
    {**NAMES[11], **HOME},
    {**NAMES[15], "upn": upn(HIDDEN["two"]["upn"]), "postcode": HIDDEN["two"]["postcode"]},
    {**NAMES[7], "postcode": HIDDEN["one"]["postcode"], "reference": "22"},
    {**NAMES[16], "reference": "23"},
    {**NAMES[5], "nhs_number": nhs_number(HIDDEN["one"]["nhs_number"]), "urn": "999102", "practice_code": "Y00102"},
    {"upn": upn(HIDDEN["two"]["upn"]), "surname": "Vexley"},
    {"carer_forename": "Rosamund", "carer_surname": "Vexley", "telephone": HIDDEN["one"]["telephone"], "forename": "O"},
    NAMES[13],
]  # fmt: skip


def table(said: list[Row], world: World) -> bytes:
    """The rows as a table with every heading."""
    keys = list(dict.fromkeys(["surname", "forename", "date_of_birth", "sex", "index_number", "town", *GUESSES]))
    lines = [",".join(FIELDS[key].label for key in keys)]
    lines += [",".join(cell(one, key, world) for key in keys) for one in said]
    return "\n".join(lines).encode()


def cell(one: Row, key: str, world: World) -> str:
    text = one.get(key, "")
    return world[text].index_number if key == "index_number" and text else text


def tree(said: list[Row], *, is_transfer: bool) -> bytes:
    """The same as a census, or as a transfer file."""
    pupils = "".join(_pupil(one, is_transfer=is_transfer) for one in said)
    if is_transfer:
        return TRANSFER.format(version="25.0", lea="330", estab="2099", pupils=pupils).encode()
    return CENSUS.format(on_roll=pupils, off_roll="").encode()


def _pupil(one: Row, *, is_transfer: bool) -> str:
    day, month, year = (one.get("date_of_birth") or "//").split("/")
    named = identifiers(
        one.get("surname", ""), one.get("forename", ""), f"{year}-{month}-{day}" if year else "", one.get("sex", ""),
        one.get("upn", ""), FormerSurname=one.get("former_surname", ""),
    )  # fmt: skip
    parts = {"PAON": "paon", "Street": "street", "Town": "town", "PostCode": "postcode"}
    place = "".join(f"<{name}>{one[key]}</{name}>" for name, key in parts.items() if one.get(key))
    if is_transfer:
        return f"<Pupil>{named}<Address>{place}</Address></Pupil>"
    home = f"<HomeInformation><Addresses><Address>{place}</Address></Addresses></HomeInformation>"
    status = "<PupilStatus><EnrolStatus>C</EnrolStatus><EntryDate>2021-09-01</EntryDate></PupilStatus>"
    return f"<PupilOnRoll><PupilIdentifiers>{named}</PupilIdentifiers>{status}{home}</PupilOnRoll>"


# Who sends


@dataclass
class Sender:
    """Somebody in one of the worlds, and all that they were told, in order."""

    world: World
    role: str
    looks_first: bool = False
    """Whether the look behind shields is done before anything is read; otherwise after it."""
    is_alone: bool = False
    """Whether nobody's pages but the sender's own are read."""
    told: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person = self.world.people.get(self.role, AnonymousUser())
        self.browser = browser_of(self.person)

    def get(self, *addresses: str, browser: Client | None = None) -> walks.Answer:
        for address in addresses:
            answer = walks.visit(browser or self.browser, address)
            self.note(address, answer)
        return answer

    def post(self, address: str, sent: dict[str, object]) -> walks.Answer:
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = walks.visit(self.browser, address, sent=sent)
        self.note(f"{address} (sent)", answer)
        return answer

    def note(self, address: str, answer: walks.Answer) -> None:
        assert answer.status < 500, f"{address}: {answer.text[:2000]}"
        self.told.append((address, MOMENT.sub(r"\1", answer.steady)))

    def say(self, what: str, text: str) -> None:
        self.told.append((what, text))

    def work(self, read: Callable[[], None]) -> None:
        """Do the work that waits, and read; the look behind shields is done before or after, and changes nothing."""
        waiting = Job.objects.filter(state=JobState.WAITING, pk__gte=ALIGNED).order_by("pk")
        for job in waiting.exclude(kind=LOOK):
            done = work_on(job)
            self.say(f"work {job.kind}", f"{done.state} {done.problem} {done.result}")
        if not self.looks_first:
            read()
        for job in waiting.filter(kind=LOOK):
            assert work_on(job).state == JobState.DONE
        if self.looks_first:
            read()
        for letter in mail.outbox:
            self.say("mail", f"{letter.recipients()} {letter.subject} {letter.body}")
        mail.outbox.clear()

    def colleague(self) -> "Sender":
        """The data manager, who applies what others send; what that one reads counts where everybody's pages do."""
        told = [] if self.is_alone else self.told
        return Sender(self.world, "data_manager", self.looks_first, self.is_alone, told)

    def child(self, who: str, *pages: str) -> Iterator[str]:
        number = self.world[who].index_number
        yield from (f"/children/{number}/{page}" for page in ("", *pages))


class Silent(Notes):
    """Of a job whose whole life is in one transaction, in which nothing can be noted while rows are copied."""

    def stage(self, stage: str, **counted: object) -> bool:
        return False

    def progress(self, done: int) -> bool:
        return False


def work_on(job: Job) -> Job:
    """See a job to its end inside the transaction, as a worker would."""
    notes = Silent(job.pk)
    assert notes.begin()
    running._see_to_its_end(running.Running(Job.objects.get(pk=job.pk), notes))
    return Job.objects.get(pk=job.pk)


def browser_of(person) -> Client:
    browser = Client()
    if person.is_authenticated:
        browser.force_login(person)
    return browser


def align(cursor, place: int) -> None:
    """Have all numbers that the database gives out begin at one place. No transaction takes that back."""
    with databases.unbound():
        cursor.execute(
            "SELECT setval(c.oid::regclass, %s) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind = 'S' AND n.nspname = 'public'",
            [place],
        )


@contextmanager
def undone() -> Iterator[None]:
    """Numbers that anybody is given begin at the same place, and nothing of it stays."""
    cache.clear()
    chance = random.Random(11)
    with (
        connection.cursor() as cursor,
        mock.patch("secrets.SystemRandom", return_value=chance),
        transaction.atomic(),
    ):
        align(cursor, ALIGNED)
        mail.outbox = []
        yield
        transaction.set_rollback(True)


def file_of(content: bytes, name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def on(name: str, day: date) -> dict[str, int]:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


# What is read


TABS = ("to_decide", "absent", "changed", "joined", "refused", "received", "confirmed")
LISTS = ("/", "/work/", "/jobs/", "/files/", "/files/?waiting=any", "/returns/", "/corrections/", "/duplicates/")


def read_file(sender: Sender, delivery: Delivery) -> None:
    """All that the council reads of a file: its rows in every part, what could not be read, what would be done."""
    base = f"/files/{delivery.pk}/"
    sender.get(base, *(f"{base}?show={tab}" for tab in TABS), f"{base}problems.csv", f"{base}apply/", f"{base}undo/")
    absent = delivery.all_rows.filter(number=None).order_by("pk").values_list("child__index_number", flat=True)
    keys = [*map(str, range(2, 9)), *absent[:2], sender.world["shielded"].index_number]
    sender.get(*(f"{base}rows/{key}/" for key in keys))


def read_what_came_of_it(sender: Sender, delivery: Delivery) -> None:
    """The same once it is written; what waits, what sources should mend, the children it names; and a colleague."""
    read_file(sender, delivery)
    sender.get(*LISTS, *(f"/corrections/{delivery.source.code}/{page}" for page in ("", "list.csv")))
    read_children(sender)
    others = [role for role in ("data_officer", "data_manager") if role != sender.role]
    for role in others[: 0 if sender.is_alone else 1]:
        browser, base = browser_of(sender.world.people[role]), f"/files/{delivery.pk}/"
        pages = (base, f"{base}?show=received", f"{base}problems.csv", f"{base}rows/2/", f"{base}apply/")
        sender.get("/files/", "/work/", *pages, browser=browser)


def read_children(sender: Sender) -> None:
    """The records that a list may have reached."""
    for who, pages in (("plain", ("history/",)), ("sibling", ("household/",)), ("shielded", ("history/",))):
        sender.get(*sender.child(who, *pages))
    sender.get("/search/?q=vexley", "/search/?q=newcomer")


# The ways of sending


def send_file(sender: Sender, said: list[Row], choice: int) -> None:
    """A file of any feed by the council's page: compared, decided, applied and undone."""
    feeds = list(Feed.objects.filter(is_active=True).order_by("code"))
    feed = feeds[choice % len(feeds)]
    sources = Source.objects.filter(kind=feed.source_kind).order_by("code")
    whose = sources[choice // 7 % len(sources)] if sources else None
    content = table(said, sender.world)
    if feed.format in ("school_census", "transfer"):
        content = tree(said, is_transfer=feed.format == "transfer")
    as_of = timezone.localdate() - timedelta(days=choice % 3)
    sent = {"source": whose.pk if whose else "", **on("as_of", as_of)}
    sender.say("feed", f"{feed} {whose}")
    sender.post(f"/files/send/{feed.code}/", {**sent, "file": file_of(content, "list.csv")})
    _follow(sender, choice)
    sender.post(f"/files/send/{feed.code}/", {**sent, "file": file_of(content, "again.csv")})


def send_return(sender: Sender, said: list[Row], choice: int) -> None:
    """A school's return by the council's page: a census, a transfer file, a table or a national one."""
    kind = choice % 3
    content = table(said, sender.world) if kind == 2 else tree(said, is_transfer=kind == 1)
    sent = {"school": ("999101", "999102", "999104")[choice // 3 % 3], **on("as_of", timezone.localdate())}
    sender.post("/returns/send/", {**sent, "file": [file_of(content, "return.csv" if kind == 2 else "return.xml")]})
    _follow(sender, choice)


def applies_itself(delivery: Delivery, does: bool) -> None:
    with said_by():
        Feed.objects.filter(pk=delivery.feed_id).update(applies_itself=does)


def _follow(sender: Sender, choice: int) -> None:
    delivery = Delivery.objects.filter(pk__gt=ALIGNED).order_by("pk").last()
    if delivery is None:
        return
    sender.get(f"/files/{delivery.pk}/", "/files/")
    # Files that apply themselves are read once compared as well, since what they say before is told too.
    applies_itself(delivery, False)
    sender.work(lambda: read_file(sender, delivery))
    sender.post(f"/files/{delivery.pk}/release/", {"because": "It is right"})
    for step in range(3):
        _decide(sender, delivery, choice + step)
    sender.post(f"/files/{delivery.pk}/apply/", {})
    sender.work(lambda: read_what_came_of_it(sender, delivery))
    sender.post(f"/files/{delivery.pk}/undo/", {"reason": "The wrong list"})
    sender.work(lambda: (sender.get(f"/files/{delivery.pk}/", "/jobs/"), read_children(sender)))


DOINGS = ("same", "nobody", "index_number", "take", "keep", "leave_out", "child-1", "still_here", "later", "alike")


def _decide(sender: Sender, delivery: Delivery, choice: int) -> None:
    """Answer the first row that asks, in one of the ways; at times with the number of the shielded child."""
    sent_to = sender.get(f"/files/{delivery.pk}/next/").sent_to
    if "/rows/" not in sent_to:
        return
    page = sender.get(sent_to)
    forms = [form for form in fuzzing.forms_on(sent_to, page.text) if "version" in form.values]
    doing = DOINGS[choice % len(DOINGS)]
    candidates = next((row.candidates for row in delivery.all_rows.filter(outcome="to_decide") if row.candidates), [])
    number = sender.world[NUMBERED[choice % len(NUMBERED)]].index_number
    sent = {"doing": doing, "index_number": number, "because": "Seen", "says": ["home", "name", "birth"]}
    if doing == "child-1":
        sent["doing"] = f"child-{candidates[0][0] if candidates else 1}"
    sender.post(sent_to, {"version": forms[0].values["version"] if forms else "", **sent})
    ask = {"owner": sender.world.people["data_officer"].pk, "note": "Please find out"}
    sender.post(f"{sent_to}ask/", ask)


def match_list(sender: Sender, said: list[Row], choice: int) -> None:
    """A list matched, with all that comes back."""
    content = table(said, sender.world)
    wanted = [kind for kind in Returned.values if kind]
    sent = {"purpose": "Holiday", "recipient": "Youth", "gateway": "Children Act 2004, s.10", "days": "7"}
    sender.post("/list-match/send/", {**sent, "wanted": wanted, "file": file_of(content, "club.csv")})
    asked = ListMatch.objects.filter(pk__gt=ALIGNED).last()
    if asked is None:
        return
    columns = {f"column_{place}": key for place, (_, key) in enumerate(headings_of(content))}
    base = f"/list-match/{asked.pk}/"
    sender.post(base, columns)
    sender.work(lambda: sender.get(base, "/list-match/", "/jobs/", f"{base}file/"))


def first_load(sender: Sender, said: list[Row], choice: int) -> None:
    """An extract of a former system, rehearsed; and loaded, and what is then read of the children."""
    said = [{"reference": f"R{number}", **one} for number, one in enumerate(said)]
    keys = "reference surname forename date_of_birth sex postcode street paon town upn nhs_number".split()
    headings = ["Child reference", *(FIELDS[key].label for key in keys[1:])]
    lines = [",".join(headings), *(",".join(one.get(key, "") for key in keys) for one in said)]
    sent = {"system": "", "name": f"System {choice % 2}", **on("as_of", timezone.localdate())}
    files = [file_of("\n".join(lines).encode(), "children.csv")]
    sender.post("/first-load/send/", {**sent, "tables": files})
    load = FirstLoad.objects.filter(pk__gt=ALIGNED).last()
    if load is None:
        return
    base = f"/first-load/{load.pk}/"
    pages = (base, "/first-load/", f"{base}problems/", f"{base}problems.csv", f"{base}duplicates/", "/jobs/")
    sender.work(lambda: sender.get(*pages))
    sender.post(base, {"doing": "load", "because": "The council changes its system"})
    sender.work(lambda: (sender.get(*pages, "/duplicates/", "/files/", "/work/"), read_children(sender)))


def own_return(sender: Sender, said: list[Row], choice: int) -> None:
    """A school's own return, as a table or as XML."""
    urn = 999104 if sender.role == "other_office" else 999101
    kind = choice % 3
    content = table(said, sender.world) if kind == 2 else tree(said, is_transfer=kind == 1)
    sent = {"file": file_of(content, "roll.csv" if kind == 2 else "roll.xml"), **on("as_of", timezone.localdate())}
    sender.post(f"/roll/{urn}/send/", sent)
    delivery = Delivery.objects.filter(pk__gt=ALIGNED).last()
    if delivery is None:
        return
    own = f"/roll/{urn}/returns/{delivery.pk}/"
    sender.get(own)
    applies_itself(delivery, bool(choice % 2))
    sender.work(lambda: read_school(sender, urn, own, f"{own}problems.csv"))
    manager = sender.colleague()
    manager.post(f"/files/{delivery.pk}/apply/", {})
    manager.work(lambda: read_school(sender, urn, own, f"{own}problems.csv"))
    again = {"file": file_of(content, "again.csv"), **on("as_of", timezone.localdate())}
    sender.post(f"/roll/{urn}/send/", again)


def read_school(sender: Sender, urn: int, *more: str) -> None:
    pages = ("", "returns/", "corrections/", "movers/", "whereabouts/", "declare/", "taken/", "support/", "join/")
    sender.get("/", "/jobs/", *(f"/roll/{urn}/{page}" for page in pages), *more)


def new_pupil(sender: Sender, said: list[Row], choice: int) -> None:
    """A new-pupil return, made online; and what is not right of a pupil."""
    urn = 999104 if sender.role == "other_office" else 999101
    for number, one in enumerate(said[:4]):
        sent = _in_boxes({**one, "entry_date": one.get("entry_date") or "01/09/2025"})
        page = f"/roll/{urn}/join/"
        if number % 2:
            page = _a_pupil(sender, urn, choice)
        answer = sender.post(page, {key: text for key, text in sent.items() if key != "reference"})
        if answer.status == 302:
            sender.get(answer.sent_to)
    sender.work(lambda: read_school(sender, urn))


def _a_pupil(sender: Sender, urn: int, choice: int) -> str:
    """The page on which it is said what is not right of a pupil of the roll."""
    spells = walks._spells(sender.world, "plain", "sibling", "unknown")
    return f"/roll/{urn}/pupils/{spells[choice % len(spells)]}/change/"


def _in_boxes(one: Row) -> Row:
    """Dates as the three boxes of a form send them."""
    sent = {}
    for key, text in one.items():
        if key in ("date_of_birth", "entry_date", "leaving_date") and text:
            sent |= dict(zip((f"{key}_day", f"{key}_month", f"{key}_year"), text.split("/"), strict=True))
        elif key not in ("index_number", "date_of_birth", "entry_date", "leaving_date"):
            sent[key] = text
    return sent


def client_list(sender: Sender, said: list[Row], choice: int) -> None:
    """A client list of a service."""
    name = {"practitioner": "Health visiting", "service_manager": "School nursing"}[sender.role]
    base = f"/services/{Service.objects.get(name=name).pk}/lists/"
    whole = ("full", "part")[choice % 2]
    sent = {"whole": whole, **on("as_of", timezone.localdate())}
    content = table(said, sender.world)
    sender.post(base, {**sent, "file": file_of(content, "clients.csv")})
    delivery = Delivery.objects.filter(pk__gt=ALIGNED).last()
    if delivery is None:
        return
    applies_itself(delivery, bool(choice % 3))
    pages = (base, f"{base}{delivery.pk}/", "/", "/my-children/", "/my-children/whereabouts/", "/notices/", "/jobs/")
    sender.work(lambda: sender.get(*pages, "/our-service/"))
    manager = sender.colleague()
    manager.post(f"/files/{delivery.pk}/apply/", {})
    manager.work(lambda: sender.get(*pages))
    sender.post(base, {**sent, "file": file_of(content, "again.csv")})


def find(sender: Sender, said: list[Row], choice: int) -> None:
    """Find a child, by all that can be guessed; and the record that was found."""
    for one in said:
        asked = {key: one[key] for key in ("surname", "forename", "postcode", "telephone") if one.get(key)}
        asked |= {"date_of_birth": one["date_of_birth"]} if one.get("date_of_birth") else {}
        if "carer_forename" in one:
            asked["carer"] = f"{one['carer_forename']} {one.get('carer_surname', '')}"
        asked |= {"identifier": one["upn"]} if one.get("upn") else {}
        sender.get(f"/find/?{urlencode(asked)}")
    for who in ("plain", "shielded", "shadow"):
        sender.get(*sender.child(who, "why/", "known/", "concern/", "contact/"))


def add_child(sender: Sender, said: list[Row], choice: int) -> None:
    """A child added by hand: searched for, described, checked and saved."""
    for one in said[:3]:
        sent = {**_in_boxes(one), "sex": one.get("sex", "F"), "standing": "lives_here", "source": "family"}
        sent |= {"reason_code": "family_told", "reason": "Came to the desk", "carer_kind": "other", "paon": "7"}
        sent |= {"school": one.get("urn", ""), "practice": one.get("practice_code", "")}
        sent |= {"carer_telephone": one.get("telephone", "")}
        page = sender.post("/children/add/", {**sent, "step": "look"})
        looked = [form.values["looked"] for form in fuzzing.forms_on("/", page.text) if form.values.get("looked")]
        for more in ({"step": "describe"}, {"step": "check"}, {"step": "check", "confirmed": "yes"}):
            answer = sender.post("/children/add/", {**sent, "looked": (looked or [""])[0], **more})
        if answer.status == 302:
            sender.get(answer.sent_to, f"{answer.sent_to}history/")
    sender.work(lambda: (sender.get(*LISTS), read_children(sender)))


def fill_in(pages: tuple[str, ...]) -> Callable[[Sender, list[Row], int], None]:
    """Forms of a child's record, and others, filled in with guesses, and confirmed."""

    def fill(sender: Sender, said: list[Row], choice: int) -> None:
        for number, one in enumerate(said[:5]):
            page = pages[(choice + number) % len(pages)]
            if page.startswith("/"):
                _fill(sender, page, one)
                continue
            for who in ("plain", "shielded", "twin") if number < 2 else ("plain",):
                _fill(sender, f"/children/{sender.world[who].index_number}/{page}", one)
        sender.work(lambda: None)
        for who in ("plain", "sibling", "shielded"):
            sender.get(*sender.child(who, "history/", "household/"))
        sender.get("/", "/duplicates/", "/work/")

    return fill


def _fill(sender: Sender, address: str, one: Row) -> None:
    page = sender.get(address)
    said = _in_boxes(one)
    hidden = {**said, "kind": "upn" if "upn" in one else "nhs_number", "home_surname": one.get("surname", "Vexley")}
    hidden |= {"value": one.get("upn") or one.get("nhs_number", ""), "home_postcode": one.get("postcode", "B15 2TT")}
    hidden |= {"school": one.get("urn", ""), "practice": one.get("practice_code", ""), "confirmed": "yes"}
    born = (one.get("date_of_birth") or "3/10/2016").split("/")
    hidden |= dict(zip(("born_day", "born_month", "born_year"), born, strict=True))
    for form in fuzzing.forms_on(address, page.text):
        if form.method == "post":
            # The first that may be chosen, the guess where there is one, and words where anything may be typed.
            values = {name: _first(form, name, hidden) for name in form.values}
            answer = sender.post(form.action, {**values, "confirmed": "yes"})
            if answer.status == 302:
                sender.get(answer.sent_to)


def _first(form: fuzzing.Form, name: str, hidden: dict[str, str]) -> str:
    if form.values[name] and name not in ("kind",):
        return form.values[name]
    choices = sorted(form.choices.get(name, ()))
    if hidden.get(name):
        return hidden[name]
    return next(filter(None, choices), "") if choices else "Seen"


def command(sender: Sender, said: list[Row], choice: int) -> None:
    """`manage.py intake` as a machine calls it, and what it printed."""
    feeds = list(Feed.objects.filter(is_active=True, format="table").order_by("code"))
    feed = feeds[choice % len(feeds)]
    sources = Source.objects.filter(kind=feed.source_kind).order_by("code")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_bytes(table(said, sender.world))
        for applies in (False, True):
            path.write_bytes(path.read_bytes() + b"\n")
            _called(sender, "intake", str(path), feed=feed.code, source=sources[choice // 5 % len(sources)].code,
                    json=True, apply=applies)  # fmt: skip


def import_return(sender: Sender, said: list[Row], choice: int) -> None:
    """`manage.py import_return` as a machine calls it."""
    kind = choice % 3
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("return.csv" if kind == 2 else "return.xml")
        path.write_bytes(table(said, sender.world) if kind == 2 else tree(said, is_transfer=kind == 1))
        for applies in (False, True):
            path.write_bytes(path.read_bytes() + b"\n")
            school = ("999101", "999102", "999104")[choice // 3 % 3]
            _called(sender, "import_return", str(path), school=school, json=True, apply=applies)


def _called(sender: Sender, name: str, *arguments: str, **options: object) -> None:
    out, status = io.StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, **options)
    except SystemExit as ending:
        status = ending.code
    except CommandError as refusal:
        status = str(refusal)
    text = out.getvalue()
    sender.say(name, f"{status} {text}")
    manager = sender.colleague()
    delivery = Delivery.objects.filter(pk__gt=ALIGNED).order_by("pk").last()
    manager.work(lambda: read_what_came_of_it(manager, delivery) if delivery else None)


Way = Callable[[Sender, list[Row], int], None]
RECORD = ("add/identifier/", "add/residence/", "add/care/", "add/name/", "shield/ask/", "same/", "carers/1/")
ASKING = ("shield/ask/", "contact/", "known/", "concern/", "override/", "missing/tell/", "/colleague/")
WAYS: dict[tuple[str, str], Way] = {
    **{("data_manager", way.__name__): way for way in (send_file, send_return, match_list, first_load, add_child)},
    **{("data_officer", way.__name__): way for way in (send_file, send_return, add_child)},
    **{(role, "fill_in"): fill_in((*RECORD, "/relatives/")) for role in ("data_manager", "data_officer")},
    **{(role, way.__name__): way for role in ("school_office", "head", "other_office") for way in (own_return,)},
    **{(role, "new_pupil"): new_pupil for role in ("school_office", "other_office")},
    **{(role, way.__name__): way for role in ("practitioner", "service_manager") for way in (client_list, find)},
    **{(role, "fill_in"): fill_in(ASKING) for role in ("practitioner", "service_manager")},
    ("machine", "intake"): command,
    ("machine", "import_return"): import_return,
}
"""Who sends in which way."""
