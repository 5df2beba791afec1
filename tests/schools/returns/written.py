"""Returns as schools' systems write them, with whichever pupils a test is about."""

import io
import json
from datetime import date

from django.core.management import call_command

from registry.intake.formats import format_of
from registry.intake.receiving import receive
from registry.intake.stages import read
from registry.models import Feed, School
from schools.returns.belonging import source_of
from tests.factories import said_by

CENSUS = """<?xml version="1.0" encoding="UTF-8"?>
<Message><Header><CollectionDetails><Collection>SC</Collection><Term>AUT</Term><Year>2026</Year>
<ReferenceDate>2026-10-01</ReferenceDate></CollectionDetails><Source><SourceLevel>S</SourceLevel><LEA>330</LEA>
<Estab>2031</Estab><SoftwareCode>InventedMIS</SoftwareCode></Source></Header>
<Pupils><PupilsOnRoll>{on_roll}</PupilsOnRoll><PupilsNoLongerOnRoll>{off_roll}</PupilsNoLongerOnRoll></Pupils></Message>
"""
ON_ROLL = """<PupilOnRoll><PupilIdentifiers>{identifiers}</PupilIdentifiers>
<PupilStatus><EnrolStatus>C</EnrolStatus><EntryDate>{entry}</EntryDate><NCyearActual>{year}</NCyearActual></PupilStatus>
<SpecialEducationalNeeds><SENprovision>E</SENprovision></SpecialEducationalNeeds>{home}</PupilOnRoll>"""
OFF_ROLL = """<PupilNoLongerOnRoll><PupilIdentifiers>{identifiers}</PupilIdentifiers>
<PupilStatus><EntryDate>{entry}</EntryDate>{leaving}</PupilStatus></PupilNoLongerOnRoll>"""
HOME = """<HomeInformation><Addresses><Address><SAON>Flat 2</SAON><PAON>14</PAON><Street>Example Road</Street>
<Town>Birmingham</Town><PostCode>B4 7DA</PostCode></Address></Addresses></HomeInformation>"""
TRANSFER = """<CTfile><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>{version}</CTFversion>
<DateTime>2026-09-18T15:40:00</DateTime><SourceSchool><LEA>330</LEA><Estab>2031</Estab></SourceSchool>
<DestSchool><LEA>{lea}</LEA><Estab>{estab}</Estab></DestSchool></Header>
<CTFpupilData>{pupils}</CTFpupilData></CTfile>"""
LEAVER = """<Pupil><UPN>{upn}</UPN><Surname>Khan</Surname><Forename>Amina</Forename><DOB>2017-02-28</DOB>
<{sex}>F</{sex}><BasicDetails><NCyearActual>5</NCyearActual></BasicDetails>
<Contacts><Contact><Order>1</Order><Surname>Khan</Surname><Forename>Farah</Forename><Relationship>PAM</Relationship>
<Phones><Phone><PhoneNo>0121 496 0123</PhoneNo></Phone></Phones></Contact></Contacts>
<SchoolHistory><School><LEA>330</LEA><Estab>2031</Estab><EntryDate>2022-09-07</EntryDate>
<LeavingDate>2026-09-18</LeavingDate></School></SchoolHistory></Pupil>"""


def hollyfield():
    """The school that the returns are of."""
    with said_by():
        return School.objects.create(
            urn=900001, name="Hollyfield Primary", la_code="330", estab_number="2031", in_area=True
        )


def identifiers(surname="Khan", forename="Amina", born="2017-02-28", sex="F", upn="", **more):
    said = {"UPN": upn, "Surname": surname, "Forename": forename, "Sex": sex, "DOB": born, **more}
    return "".join(f"<{name}>{value}</{name}>" for name, value in said.items() if value)


def on_roll(entry="2022-09-07", year="5", home="", **said):
    return ON_ROLL.format(identifiers=identifiers(**said), entry=entry, year=year, home=home)


def off_roll(leaving="2026-09-18", entry="2022-09-07", **said):
    told = f"<LeavingDate>{leaving}</LeavingDate>" if leaving else ""
    return OFF_ROLL.format(identifiers=identifiers(**said), entry=entry, leaving=told)


def census(*pupils, gone=()):
    return CENSUS.format(on_roll="".join(pupils), off_roll="".join(gone))


def transfer(*, upn="", sex="Sex", version="25.0", lea="330", estab="2099"):
    return TRANSFER.format(version=version, lea=lea, estab=estab, pupils=LEAVER.format(upn=upn, sex=sex))


def taken(text, school, *, feed="census", as_of=date(2026, 10, 1), name="return.xml", applies=True):
    """A return read, compared, and applied where nothing stands in its way."""
    content = text if isinstance(text, bytes) else text.encode()
    delivery = receive(
        io.BytesIO(content), name=name, feed=Feed.objects.get(code=feed), source=source_of(school), as_of=as_of, by=None
    )
    assert format_of(delivery)
    return read(delivery, by=None, applies=applies)


def imported(*arguments, **options):
    """What `import_return` ended with, what it said, and its JSON."""
    out, status = io.StringIO(), 0
    try:
        call_command("import_return", *map(str, arguments), json=True, stdout=out, **options)
    except SystemExit as ending:
        status = ending.code
    return status, out.getvalue(), json.loads(out.getvalue().splitlines()[-1])
