"""A small world to walk through: some of everything that pages show, with names that occur nowhere else.

The same arguments build the same world, ids included. `hidden` chooses between two worlds that differ in nothing but
what a shield hides: where the shielded child lives and learns, numbers, how to reach the carers, what is long over, how
often and when any of it was written.
"""

import io
import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from agencies import models as of_agencies
from childindex.models import Act, Approval, Job, Source, User
from registry import recording
from registry.access import AccessKind, chain
from registry.balance import keeping
from registry.first_load.loading import rehearse
from registry.first_load.receiving import begin, keep, sent, source_of
from registry.identifiers import NotValid, new_index_number, read_nhs_number, read_upn
from registry.intake import stages
from registry.intake.applying import apply
from registry.intake.comparing import KEPT
from registry.intake.receiving import receive
from registry.list_match.matching import match
from registry.list_match.reading import headings_of
from registry.models import (
    Address,
    Care,
    Carer,
    Child,
    Correction,
    EducationArrangement,
    Enrolment,
    Feed,
    Identifier,
    ListMatch,
    Name,
    Pin,
    Practice,
    Registration,
    Residence,
    Says,
    School,
    SealedLink,
    Shield,
    ShieldRequest,
    SourceRecord,
)
from registry.models.facts import kind_of
from registry.whereabouts import board
from schools import models as of_schools
from tests.cast import person
from tests.factories import said_by, suspect

SECTIONS = {
    kind_of(model): model
    for model in (Name, Identifier, Residence, Care, Enrolment, EducationArrangement, Registration)
}
LONGER_AGO, LONG_AGO = date(2021, 8, 1), date(2021, 9, 1)

# What the two worlds say of the shielded child; neither may be learnt, nor found out by asking.
HIDDEN = {
    "one": {
        "postcode": "B15 2TT",
        "street": "Sycamore Crescent",
        "school": "Larkmoor Primary",
        "practice": "Willow Surgery",
        "upn": "80120000101",
        "nhs_number": "943476581",
        "telephone": "0121 496 0101",
        "email": "one@example.org",
        "former": "Featherstonehaugh",
        "ward": "Larkhill",
    },
    "two": {
        "postcode": "B29 6QQ",
        "street": "Hawthorn Terrace",
        "school": "Fernhill Primary",
        "practice": "Poplar Practice",
        "upn": "80120000202",
        "nhs_number": "943476592",
        "telephone": "0121 496 0202",
        "email": "two@example.org",
        "former": "Marjoribanks",
        "ward": "Fernbank",
    },
}


@dataclass
class World:
    """Who is in it: accounts by what they are, children by what they are."""

    people: dict[str, User] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    deeds: list[Act] = field(default_factory=list)
    ids_to_come: dict[str, list[int]] = field(default_factory=dict)
    hidden: str = "one"

    def __getitem__(self, who: str) -> Child:
        return self.children[who]

    def named_in(self, text: str, listed: Collection[int] = ()) -> set[int]:
        """Ids of the children whose name or index number stands in a text; of namesakes, those of `listed`."""
        found = {child.pk for child in self.children.values() if child.index_number in text}
        for name in set(self.names.values()):
            if name in text:
                having = {pk for pk, other in self.names.items() if other == name}
                found |= having.intersection(listed) or having
        return found


ROLES = {
    "data_officer": ("Olive Officer", "data_officer", False),
    "data_manager": ("Morgan Manager", "data_manager", False),
    "governance": ("Greta Governance", "information_governance", False),
    "custodian": ("Casey Custodian", "data_officer", True),
    "governing_custodian": ("Gwen Custodian", "information_governance", True),
    "outsider": ("Oscar Outsider", "nothing", False),
    "school_office": ("Ophelia Office", "school_office", False),
    "head": ("Helen Head", "head", False),
    "safeguarding_lead": ("Sasha Safeguarding", "safeguarding_lead", False),
    "senco": ("Sven Senco", "senco", False),
    "other_office": ("Otto Otherschool", "school_office", False),
    "practitioner": ("Hazel Visitor", "practitioner", False),
    "service_manager": ("Nadia Nursing", "service_manager", False),
}
WITHOUT_PERMISSION = [name for name, (_, _, custodian) in ROLES.items() if not custodian]


def small_world(hidden="one"):
    """Build it in the database that is connected. The shielded child's hidden facts come last, so that the ids of
    everything else are the same in both worlds."""
    world = World(
        people={who: person(name, role, custodian=mark) for who, (name, role, mark) in ROLES.items()}, hidden=hidden
    )
    chance = random.Random(7)
    home, elsewhere = address("1", "Juniper Lane", "B4 7DA"), address("2", "Juniper Lane", "B4 7DA")
    school, practice, mother = places()
    for who, forename, surname, born in (
        ("plain", "Wilhelmina", "Thornbury", date(2017, 2, 28)),
        ("sibling", "Barnaby", "Quillfeather", date(2014, 11, 5)),
        ("duplicate", "Philippa", "Oglethorpe", date(2017, 2, 28)),
        ("unknown", "Thaddeus", "Wintersgill", None),
        ("twin", "Ottoline", "Vexley", date(2016, 10, 3)),
        ("shielded", "Ottoline", "Vexley", date(2016, 10, 3)),
        ("shadow", "Isolde", "Pemberley", date(2016, 10, 3)),
    ):
        with said_by():
            standing = "known" if born else "missing"
            child = Child.objects.create(
                index_number=new_index_number(chance).value,
                date_of_birth=born,
                date_of_birth_standing=standing,
                sex="F",
            )
            recording.assert_fact(Name(child=child, forename=forename, surname=surname))
            recording.assert_fact(Care(child=child, carer=mother, kind="mother", lives_with="yes"))
        world.children[who] = child
        world.names[child.pk] = f"{forename} {surname}"
    for who in ("plain", "sibling", "duplicate"):
        with said_by():
            settle(world[who], home, school, practice)
    with said_by():
        for who in ("school_office", "head", "safeguarding_lead", "senco"):
            of_schools.Post.objects.create(user=world.people[who], school=school)
    at_two_schools(world, school)
    known_to_services(world)
    busy(world, home=elsewhere)
    for number, values in enumerate(HIDDEN.values(), start=2):
        with said_by():
            School.objects.create(urn=999_100 + number, name=values["school"], in_area=True)
            Practice.objects.create(ods_code=f"Y0010{number}", name=values["practice"])
    looked_before_the_shield(world, hidden)
    with said_by(reason_code="shielded"):
        for who in ("shielded", "twin"):
            Shield.objects.create(
                child=world[who], from_date=LONG_AGO, review_date=LONG_AGO + timedelta(days=9999), ground="Risk"
            )
    supersede(world, "duplicate", by="plain")
    supersede(world, "shadow", by="shielded")
    for one, other in (("plain", "sibling"), ("sibling", "unknown"), ("plain", "shielded"), ("shielded", "twin")):
        suspect(world[one], world[other], reasons=[("date_of_birth", "same", 8.0), ("forename", "same", 5.0)])
    long_work(world)
    world.ids_to_come = {kind: _next_ids(model) for kind, model in SECTIONS.items()}
    what_is_hidden(world, hidden, home)
    lists_that_came(world)
    a_file_that_came(world, hidden)
    keeping.publish(on=timezone.localdate() - timedelta(days=1))
    board.reckon()
    for child in world.children.values():
        child.refresh_from_db()
    return world


def at_two_schools(world, school):
    """A second school, with one pupil and an office of its own; and what both have returned, reported and declared."""
    with said_by():
        other = School.objects.create(urn=999_104, name="Juniper Infants", in_area=True)
        of_schools.Post.objects.create(user=world.people["other_office"], school=other)
        recording.assert_fact(Enrolment(child=world["unknown"], school=other, from_date=LONG_AGO, year_group="2"))
        campaign = of_schools.Campaign.objects.create(name="Autumn", reference_date=LONG_AGO, due_date=LONG_AGO)
        for asked in (school, other):
            of_schools.CampaignSchool.objects.create(campaign=campaign, school=asked)
        told = {"school": school, "made_by": world.people["school_office"]}
        of_schools.Report.objects.create(child=world["plain"], kind="changed", said="Lives elsewhere", **told)
        of_schools.Report.objects.create(child=world["shielded"], kind="never_arrived", said="Not seen", **told)
        for who in ("plain", "shielded"):
            of_schools.Absence.objects.create(
                school=school, child=world[who], kind="unauthorised", from_date=LONG_AGO + timedelta(days=9)
            )
        of_schools.PupilReturn.objects.create(
            kind="attendance", child=world["plain"], name="Wilhelmina Thornbury", day=LONG_AGO, **told
        )
        of_schools.Declaration.objects.create(
            campaign=campaign, since=LONG_AGO, name="Helen Head", position="Headteacher", pupils=2, **told
        )


def _asked_for(world, service):
    """Rights that wait for a second person, and invitations: one that can be taken up and one that cannot."""
    manager, practitioner = world.people["data_manager"], world.people["practitioner"]
    about = {"asked_by": manager, "reason": "Their work needs it"}
    details = {"practitioner": practitioner.practices.get().pk, "service": str(service)}
    Approval.objects.create(kind="override", user=practitioner, email=practitioner.email, details=details, **about)
    Approval.objects.create(
        kind="custodian", user=manager, email=manager.email, **{**about, "asked_by": world.people["governance"]}
    )
    for who, role in (("other_office", "school_office"), ("data_officer", "senco")):
        user = world.people[who]
        of_schools.PostOffer.objects.create(
            school=School.objects.order_by("urn").first(), email=user.email, full_name="Typed Name", role=role,
            offered_by=world.people["head"],
        )  # fmt: skip
    of_agencies.PracticeOffer.objects.create(
        service=service, email="nobody@example.org", full_name="Nobody Yet", role="practitioner",
        offered_by=world.people["service_manager"],
    )  # fmt: skip


def known_to_services(world):
    """Four services, one sensitive, with people of two of them; whom they know, a concern, and contact to be made."""
    with said_by():
        trust = of_agencies.Organisation.objects.create(name="Exampleton NHS Trust")
        said = {"organisation": trust, "telephone": "0121 496 0300", "gateway": "Children Act 2004, s.16LA"}
        visiting, nursing, clinic, _ = (
            of_agencies.Service.objects.create(name=name, kind=kind, is_sensitive=kind == "sexual_health", **said)
            for name, kind in (
                ("Health visiting", "health_visiting"),
                ("School nursing", "school_nursing"),
                ("Quayside clinic", "sexual_health"),
                ("Youth justice", "youth_justice"),
            )
        )
        for who, service in (("practitioner", visiting), ("service_manager", nursing)):
            of_agencies.Practitioner.objects.create(user=world.people[who], service=service)
        said = {"confirmed_by": world.people["practitioner"], "confirmed_at": timezone.now()}
        days = {"from_date": LONG_AGO, "confirmed_on": LONG_AGO, **said}
        harm = {"suspected_harm": "Seen with an adult"}
        for who, service, more in (
            ("plain", visiting, {}), ("plain", clinic, harm), ("shielded", visiting, {}), ("sibling", nursing, {})
        ):  # fmt: skip
            of_agencies.Involvement.objects.create(child=world[who], service=service, **days, **more)
        _shield_asked_for(world["plain"], by=world.people["data_officer"])
        _missing(world["plain"])
        letters = of_schools.Mailing.objects.create(
            template=of_schools.LetterTemplate.objects.order_by("pk").first(), by=world.people["data_officer"]
        )
        _followed(world["plain"], letters, by=world.people["data_officer"])
        of_agencies.Override.objects.create(
            child=world["shielded"], service=visiting, by=world.people["practitioner"], reason="A threat was made",
            due_date=LONG_AGO,
        )  # fmt: skip
        of_agencies.MediatedLook.objects.create(
            requester=world.people["service_manager"], service=visiting, asked="Where a child goes to school"
        )
        of_agencies.InTheNews.objects.create(
            child=world["plain"], from_date=LONG_AGO, to_date=timezone.localdate(), said_by=world.people["governance"]
        )
        _asked_for(world, visiting)
        of_agencies.Pattern.objects.create(
            kind="many", looker=world.people["practitioner"], day=LONG_AGO, entry=0, evidence="40 records were opened"
        )
        for number, verdict in ((1, "queried"), (2, "")):
            said = {"verdict": verdict, "words": "Why?", "answered_by": world.people["service_manager"]}
            of_agencies.LookReview.objects.create(
                service=nursing, looker=world.people["practitioner"], entry=number, month=LONG_AGO,
                answered_at=timezone.now() if verdict else None, **(said if verdict else {}),
            )  # fmt: skip
        kind = of_agencies.ConcernKind.objects.order_by("pk").first()
        for who in ("plain", "shielded"):
            concern = of_agencies.Concern.objects.create(
                child=world[who], kind=kind, basis="Not seen", service=visiting, review_date=timezone.localdate(),
                raised_by=world.people["practitioner"],
            )  # fmt: skip
            of_agencies.ConcernAudience.objects.create(concern=concern, service=nursing)
            of_agencies.ContactRequest.objects.create(
                child=world[who], service=visiting, why="To agree on a visit", due_date=LONG_AGO,
                asked_by=world.people["practitioner"],
            )  # fmt: skip


def more_is_known(world):
    """What only custodians and a service's own people may know, in one of the worlds alone: of the shielded child, and
    of another child whose consent to a sensitive service was withdrawn."""
    said = {"confirmed_by": world.people["practitioner"], "confirmed_at": timezone.now()}
    days = {"from_date": LONG_AGO, "confirmed_on": LONG_AGO, **said}
    clinic = of_agencies.Service.objects.get(name="Quayside clinic")
    withdrawn = {
        "consent_of": "child", "consent_capacity": "competent", "consent_on": LONG_AGO,
        "consent_withdrawn_on": LONG_AGO,
    }  # fmt: skip
    with said_by():
        for name, more in (("Youth justice", {"is_lead": True}), ("Quayside clinic", {"suspected_harm": "Seen"})):
            service = of_agencies.Service.objects.get(name=name)
            of_agencies.Involvement.objects.create(child=world["shielded"], service=service, **days, **more)
        of_agencies.Involvement.objects.create(child=world["sibling"], service=clinic, **days, **withdrawn)
        _missing(world["shielded"])
        _followed(world["shielded"], of_schools.Mailing.objects.get(), by=world.people["custodian"])
        SealedLink.objects.create(old=world["shielded"], new=world["twin"], ground="protection")
        _shield_asked_for(world["sibling"], by=world.people["custodian"])
        kind = of_agencies.ConcernKind.objects.order_by("pk").first()
        of_agencies.Concern.objects.create(
            child=world["sibling"], kind=kind, basis="Not fed", service=clinic, review_date=timezone.localdate(),
            raised_by=world.people["custodian"],
        )  # fmt: skip


def _missing(child):
    """Somebody has said that a child is missing education."""
    of_schools.Case.objects.create(
        child=child, source="public", told="Seen in the park", opened_on=LONG_AGO, due_date=timezone.localdate()
    )


def _followed(child, letters, *, by):
    """The child is educated at home and on the register; a letter went, and another authority asks."""
    home = of_schools.HomeEducation.objects.create(
        child=child, told_by="parent", told_on=LONG_AGO, from_date=LONG_AGO, due_date=LONG_AGO
    )
    carer = child.cares.order_by("pk").first().carer
    of_schools.HomeEducator.objects.create(home_education=home, child=child, carer=carer)
    of_schools.HomeContact.objects.create(
        home_education=home, child=child, day=LONG_AGO, how="visit", suitability="doubted", said="Saw books", by=by
    )
    entry = of_schools.NotInSchool.objects.create(
        child=child, basis="a", from_date=LONG_AGO, registered_on=LONG_AGO, other_hours=4
    )
    of_schools.NotInSchoolParent.objects.create(entry=entry, child=child, carer=carer, address="12 Elsewhere Road")
    of_schools.NotInSchoolProvider.objects.create(
        entry=entry, child=child, name="A tutor", kind="tutor", hours=4, hours_alone=1
    )
    of_schools.Letter.objects.create(
        mailing=letters, child=child, address="1 Juniper Lane", subject=f"{child.names.first()}", text="Where is she?"
    )
    of_schools.AuthorityRequest.objects.create(
        kind="asked_us", authority="Leeds City Council", contact="CME team", name=f"{child.names.first()}",
        said="Seen here", asked_on=LONG_AGO, due_date=LONG_AGO, child=child,
    )  # fmt: skip


def _shield_asked_for(child, *, by):
    said = {"asked_for": "parent", "ground": "A threat", "reached_by": "Ring her sister", "due_date": LONG_AGO}
    ShieldRequest.objects.create(child=child, asked_by=by, **said)


def _next_ids(model):
    last = model.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    return [last + 1, last + 2]


def lists_that_came(world):
    """A list that the data manager has matched, and an extract rehearsed: both name the shielded child, and say what
    each of the two worlds hides of it."""
    rows = ["Surname,Forename,DOB,Postcode,UPN", "Thornbury,Wilhelmina,28/02/2017,,", "Pemberley,Isolde,03/10/2016,,"]
    rows += [f"Vexley,Ottoline,03/10/2016,{hidden['postcode']}," for hidden in HIDDEN.values()]
    content = "\n".join(rows).encode()
    asked = ListMatch.objects.create(
        by=world.people["data_manager"],
        name="club.csv",
        purpose="Holiday activities",
        recipient="Youth service",
        gateway="Children Act 2004, s.10",
        wanted=["index_number", "upn", "postcode", "school"],
        headings={str(place): key for place, (_, key) in enumerate(headings_of(content)) if key},
        kept_until=timezone.localdate() + timedelta(days=9),
        content=content,
    )
    match(asked)
    load = begin(source_of("former"), as_of=LONG_AGO, by=world.people["data_manager"])
    keep(
        load,
        [("children.csv", io.BytesIO(content.replace(b"Surname", b"Child reference,Surname").replace(b"\n", b"\n1,")))],
    )
    rehearse(load, sent(load))
    collection = of_schools.Collection.objects.create(name="pupilonroll.csv", as_of=LONG_AGO)
    collection.parts.create(code="SCH1", feed="census_on_roll", table="pupilonroll.csv", rows=1, content=b"")


def a_file_that_came(world, hidden):
    """Lists of births, one applied: they repeat of the shielded child what each of the two worlds hides, or do not."""
    with said_by():
        whose = Source.objects.create(code="child-health", kind="health", name="Child health")
        known_as = {"one": "22", "two": "23"}[hidden]
        SourceRecord.objects.create(source=whose, reference=known_as, child=world["shielded"])
    rows = ["Reference,Surname,Forename,Date of birth,Sex,Postcode,Street,House"]
    rows += ["1,Thornbury,Wilhelmina,28/02/2017,M,,,", "2,Nobody,,,,,,", "3,Newcomer,Odile,01/02/2020,F,,,"]
    rows += [
        f"{number},Vexley,Ottoline,03/10/2016,F,{values['postcode']},{values['street']},1"
        for number, values in enumerate(HIDDEN.values(), start=4)
    ]
    earlier = [rows[0], rows[1].replace("1,", "21,", 1), rows[4].replace("4,", "22,", 1)]
    for name, content, as_of in (("earlier.csv", earlier, LONGER_AGO), ("births.csv", rows, LONG_AGO)):
        file = io.BytesIO("\n".join(content).encode())
        feed = Feed.objects.get(code="births")
        delivery = receive(file, name=name, feed=feed, source=whose, as_of=as_of, by=None)
        stages.read(delivery, by=None, applies=False)
        if name == "earlier.csv":
            apply(delivery, by=None)
    with said_by():
        for number, who in enumerate(("plain", "shielded"), start=8):
            Correction.objects.create(
                source_record=SourceRecord.objects.create(source=whose, reference=str(number), child=world[who]),
                child=world[who],
                says=Says.HOME,
                said=f"1 {HIDDEN[hidden]['street']}" if who == "shielded" else "1 Elsewhere Road",
                why=KEPT,
                since=LONG_AGO,
                last_said=LONG_AGO,
            )


def address(number, street, postcode, ward=""):
    place = {"paon": number, "street": street, "town": "Exampleton", "postcode": postcode}
    with said_by():
        return Address.objects.create(**place, ward_name=ward, ward_code=f"E05{len(ward):06}" if ward else "")


def places():
    with said_by():
        return (
            School.objects.create(urn=999_101, name="Hollyfield Primary", in_area=True),
            Practice.objects.create(ods_code="Y00101", name="Example Health Centre"),
            Carer.objects.create(forename="Marguerite", surname="Ashdown"),
        )


def settle(child, home, school, practice):
    recording.assert_fact(Residence(child=child, address=home, from_date=LONG_AGO))
    recording.assert_fact(Enrolment(child=child, school=school, from_date=LONG_AGO, year_group="5"))
    recording.assert_fact(Registration(child=child, practice=practice, from_date=LONG_AGO))


def busy(world, *, home):
    """The plain child has a history: a contested home that is pinned, numbers, an arrangement that ended, a deed."""
    child, officer = world["plain"], world.people["data_officer"]
    with said_by():
        recording.assert_fact(Identifier(child=child, kind="upn", value=upn("80120000303")))
        recording.assert_fact(Identifier(child=child, kind="nhs_number", value=nhs_number("943476600")))
        recording.assert_fact(
            EducationArrangement(child=child, kind="awaiting_place", from_date=date(2020, 1, 1), to_date=LONG_AGO)
        )
        source = Source.objects.create(code="hollyfield", name="Hollyfield Primary", kind="school")
    with said_by(source):
        contested = recording.assert_fact(Residence(child=child, address=home, from_date=date(2024, 1, 1)))
    with said_by(by=world.people["data_manager"], reason_code="decided"):
        Pin.objects.create(child=child, slot="home", fact_id=contested.pk, reason="Seen there")
    with said_by(by=officer, reason_code="corrected", reason="Passport seen") as deed:
        recording.assert_fact(Name(child=child, kind="preferred", forename="Mina", surname="Thornbury"))
    world.deeds.append(deed)


def long_work(world):
    """A job in each state, asked for by either of two people; their moments are long enough ago to be told alike."""
    then = timezone.now() - timedelta(hours=1)
    counted = {"begun_at": then, "heard_at": then, "stage": "Naming", "done": 12_400, "total": 250_000, "unit": "rows"}
    for number, (state, fields) in enumerate(
        {
            "waiting": {},
            "running": counted,
            "done": {**counted, "ended_at": then, "result": {"named": 3}},
            "failed": {**counted, "ended_at": then, "problem": "The file is empty."},
            "stopped": {**counted, "ended_at": then, "stop_asked": True},
        }.items()
    ):
        by = world.people["data_officer" if number % 2 else "data_manager"]
        Job.objects.create(kind="name_sources", subject=f"user:{by.pk}", by=by, state=state, asked_at=then, **fields)


def supersede(world, who, *, by):
    with said_by(reason_code="merged"):
        Child.objects.filter(pk=world[who].pk).update(state="superseded", superseded_by=world[by])


def looked_before_the_shield(world, which):
    """An officer asked for either address, and was shown the child at the one that is theirs in this world; then saw
    the household, with a sister or without, and worked on one kind of fact or another."""
    child, sister = world["shielded"], world["sibling"]
    for other, values in HIDDEN.items():
        looked(world, "search", [child] if other == which else [], understood=[f"postcode: {values['postcode']}"])
    about = {"index_number": child.index_number}
    looked(world, "opened", [child, sister] if which == "one" else [child], **about, page="household")
    fact = "residence" if which == "one" else "identifier"
    looked(world, "edited", [child], **about, doing="change", fact=fact)


def looked(world, kind, shown, **asked):
    told = chain.Looked(
        page="registry:page",
        asked=asked,
        children=[child.pk for child in shown],
        index_numbers=[child.index_number for child in shown],
    )
    chain.record(by=world.people["data_officer"], kind=AccessKind(kind), looked=told)


def what_is_hidden(world, which, home):
    """Write what only custodians may know, in one of two ways; the second says more, later, and of other things."""
    child, values = world["shielded"], HIDDEN[which]
    hiding_place = home if which == "two" else address("7", values["street"], values["postcode"], values["ward"])
    with said_by():
        school, practice = taught_and_treated(values)
        settle(child, hiding_place, school, practice)
        recording.assert_fact(Identifier(child=child, kind="upn", value=upn(values["upn"])))
        recording.assert_fact(Identifier(child=child, kind="nhs_number", value=nhs_number(values["nhs_number"])))
        private = Carer.objects.create(
            forename="Rosamund", surname="Vexley", telephone=values["telephone"], email=values["email"]
        )
        recording.assert_fact(Care(child=child, carer=private, kind="other"))
        recording.assert_fact(
            Name(child=child, kind="former", forename="Ottoline", surname=values["former"], to_date=LONG_AGO)
        )
    if which == "two":
        more_is_hidden(world, child, values, home)
        more_is_known(world)


def more_is_hidden(world, child, values, home):
    """More acts, confirmations, facts and changes in one of the worlds than in the other. There the child has left the
    school, too, and comes onto another roll."""
    with said_by():
        recording.end(child.enrolments.get(), on=timezone.localdate() - timedelta(days=9))
        recording.assert_fact(Enrolment(child=child, school=School.objects.get(urn=999_104), from_date=LONG_AGO))
    later = address("9", values["street"], values["postcode"], values["ward"])
    with said_by(by=world.people["custodian"], reason_code="moved", reason="Told by the refuge"):
        recording.change(child.residences.get(), from_date=date(2024, 5, 1), address=later)
    with said_by():
        recording.confirm(child.names.get(kind="registered"))
        recording.assert_fact(EducationArrangement(child=child, kind="awaiting_place", from_date=date(2025, 1, 1)))
    with said_by(Source.objects.get(code="hollyfield"), by=world.people["custodian"]):
        recording.assert_fact(Residence(child=child, address=later, from_date=date(2025, 1, 1)))
        recording.confirm(child.cares.first())
    with said_by():
        Child.objects.filter(pk=child.pk).update(date_of_birth_evidence="Passport", state="moved_away")
        settle(
            world["twin"],
            home,
            School.objects.get(name=values["school"]),
            Practice.objects.get(name=values["practice"]),
        )


def taught_and_treated(values):
    return School.objects.get(name=values["school"]), Practice.objects.get(name=values["practice"])


def upn(digits):
    """A UPN with these eleven digits and the letter that checks them."""
    return _checked(read_upn, (f"{letter}{digits}{last}" for letter in "ABCDEFGHJKLMNPQRTUVWXYZ" for last in "0"))


def nhs_number(digits):
    """An NHS number that begins with these nine digits, or with the next nine that may be checked."""
    return _checked(read_nhs_number, (f"{int(digits) + step}{last}" for step in range(3) for last in range(10)))


def _checked(read, candidates):
    for text in candidates:
        try:
            return read(text).value
        except NotValid:
            continue
    raise ValueError("No such number passes its check.")
