"""The ends of the record of looking, signed and kept outside the database: without them nobody can be sure."""

import json
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from registry.access import anchoring
from registry.access.anchoring import CannotAnchor, SignedAnchor, make, read, write_todays
from registry.access.links import Anchor
from registry.access.verification import verify, verify_anchored
from tests.registry.access.chains import look, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.ACCESS_ANCHORS_FILE = str(tmp_path / "kept" / "anchors.txt")
    return Path(settings.ACCESS_ANCHORS_FILE)


@pytest.fixture
def log():
    return [look(None) for _ in range(4)]


@pytest.fixture
def three_days(log, file):
    """Anchors of the day before yesterday, of yesterday and of today."""
    today = timezone.localdate()
    head, before, lines = verify().head, None, []
    for back, entry in ((2, 0), (1, 0), (0, head.entry)):
        end = head if entry else Anchor(0, "0" * 64)
        day = today - timedelta(days=back)
        lines.append(make(end, day=day, before=before).line)
        before = day
    file.parent.mkdir()
    file.write_text("\n".join(lines) + "\n")
    return lines


def write_anew(log):
    """What somebody does who owns the database: the whole record again, without one entry."""
    tamper("DELETE FROM registry_accesspayload")
    tamper("DELETE FROM registry_accessentry")
    tamper("UPDATE registry_accesshead SET entry = 0, hash = decode(repeat('00', 32), 'hex')")
    for _ in log:
        look(None)


def ended(*arguments, **options):
    """The status that the verification ends with."""
    try:
        call_command("verify_access_log", *arguments, **options)
    except SystemExit as end:
        return end.code
    return 0


def test_without_anchors_nobody_can_be_sure_and_it_says_so(log, capsys):
    assert ended("--json") == 3

    *told, last = capsys.readouterr().out.strip().splitlines()
    assert "could not be made sure of" in "\n".join(told)
    assert "no file of anchors" in "\n".join(told)
    found = json.loads(last)
    assert (found["holds"], found["sure"], found["anchors"]) == (True, False, 0)


def test_with_todays_anchor_it_is_sure(log, capsys):
    call_command("anchor_access_log")

    assert ended() == 0
    assert "The record of looking holds: 4 entries" in capsys.readouterr().out


def test_a_record_that_was_written_anew_agrees_with_itself_and_is_found_by_its_anchor(log):
    write_todays()
    write_anew(log)

    assert verify().holds
    assert "is not the entry that was written down" in verify_anchored(read()).fault
    assert ended() == 1


def test_no_new_anchor_blesses_a_record_that_was_written_anew(log, three_days, file):
    file.write_text("")
    earlier = make(verify().head, day=timezone.localdate() - timedelta(days=1), before=None)
    file.write_text(f"{earlier.line}\n")
    write_anew(log)

    with pytest.raises(CannotAnchor, match="is not what it was"):
        write_todays()
    assert len(file.read_text().splitlines()) == 1


def test_one_anchor_a_day_is_enough(log, file):
    assert isinstance(write_todays(), SignedAnchor)
    look(None)

    assert write_todays() is None
    assert len(file.read_text().splitlines()) == 1


def test_each_anchor_names_the_day_of_the_one_before(three_days):
    found = read()

    assert [anchor.before for anchor in found.anchors[1:]] == [anchor.day for anchor in found.anchors[:-1]]
    assert (found.fault, found.doubt) == ("", "")


@pytest.mark.parametrize("place", [0, 1])
def test_a_missing_anchor_is_said(three_days, file, place):
    file.write_text("\n".join(line for number, line in enumerate(three_days) if number != place))

    assert f"missing above line {place + 1}" in verify_anchored(read()).fault
    assert ended() == 1


@pytest.mark.parametrize("part", [0, 1, 2, 3, 4])
def test_an_altered_anchor_is_said(three_days, file, part):
    parts = three_days[1].split(":")
    parts[part] = ["3", "f" * 64, "2026-01-01", "2025-12-31", "f" * 64][part]
    file.write_text("\n".join([three_days[0], ":".join(parts), three_days[2]]))

    assert "Line 2 of the anchors was altered" in verify_anchored(read()).fault
    with pytest.raises(CommandError, match="No anchor was added"):
        call_command("anchor_access_log")


def test_an_anchor_that_somebody_else_signed_is_not_believed(three_days, settings):
    settings.ACCESS_ANCHOR_KEY = "another key, which is quite as long as the first one"

    assert "Line 1 of the anchors was altered" in read().fault


def test_without_its_last_anchors_the_newest_entries_are_in_doubt(three_days, file):
    file.write_text(f"{three_days[0]}\n")

    assert "nothing proves what was written or taken since" in verify_anchored(read()).doubt
    assert ended() == 3


def test_without_a_key_nothing_is_signed_and_nothing_believed(log, settings):
    settings.ACCESS_ANCHOR_KEY = ""

    assert "ACCESS_ANCHOR_KEY" in read().doubt
    with pytest.raises(CannotAnchor, match="Set ACCESS_ANCHOR_KEY"):
        write_todays()


def test_an_anchor_is_sent_by_mail(log, settings, file):
    settings.ACCESS_ANCHORS_TO = ["auditor@example.org"]

    write_todays()

    [letter] = mail.outbox
    assert letter.to == ["auditor@example.org"]
    assert file.read_text().strip() in letter.body


def test_an_anchor_is_sent_to_syslog(log, settings, tmp_path, file):
    settings.ACCESS_ANCHORS_SYSLOG = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(settings.ACCESS_ANCHORS_SYSLOG)
        listening.settimeout(5)

        write_todays()

        assert file.read_text().strip() in listening.recv(2000).decode()


def test_an_anchor_that_could_not_be_sent_is_kept_and_the_failure_said(log, settings, tmp_path, file):
    settings.ACCESS_ANCHORS_SYSLOG = str(tmp_path / "nobody")

    with pytest.raises(CannotAnchor, match="by syslog"):
        write_todays()
    assert len(file.read_text().splitlines()) == 1


def test_a_worker_anchors_once_a_day_where_there_is_a_place_for_it(log, settings, file):
    anchoring.once_a_day()
    anchoring.once_a_day()
    assert len(file.read_text().splitlines()) == 1

    settings.ACCESS_ANCHORS_FILE = ""
    anchoring.once_a_day()
