"""Whatever is done to the record of looking behind the triggers' backs is found, at the first place it was done."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from registry.access.links import Anchor
from registry.access.retention import CannotPurge, expired_months, purge_month
from registry.access.verification import verify
from registry.models import AccessEntry, AccessPayload
from tests.databases import unbound
from tests.factories import make_child
from tests.registry.access.chains import execute, look, look_in, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(data_officer):
    """Five entries: two of months gone by, three of today."""
    child = make_child("Zoë", "O’Brien")
    return [
        look_in(2020, 1, data_officer, child, page="record"),
        look_in(2020, 2, data_officer, child, page="record", understood=["surname: o’brien", "born: 2017"]),
        look(data_officer, child, page="record", index_number=child.index_number),
        look(None),
        look(data_officer, child, number=10**15, deep={"b": [1, None, True], "a": {}}),
    ]


def test_an_untouched_log_holds(log):
    verdict = verify()

    assert verdict.holds
    assert (verdict.entries, verdict.payloads, verdict.expired) == (5, 5, 0)
    assert verdict.head == Anchor(log[-1], AccessEntry.objects.get(pk=log[-1]).hash.hex())


def test_an_empty_log_holds():
    assert verify().holds


@pytest.mark.parametrize(
    "change",
    [
        "asked = '{}'",
        'asked = asked || \'{"page": "history"}\'',
        "children = '{}'",
        "children = children || 99::bigint",
        "index_numbers = '{CI-4F7K-29QX-M}'",
        "purpose = 'A letter came'",
        "case_reference = '7'",
        "page = 'registry:history'",
        "salt = sha256(salt)",
    ],
)
def test_an_altered_payload_is_found(log, change):
    tamper(f"UPDATE registry_accesspayload SET {change} WHERE entry_id = %s", log[2])

    verdict = verify()

    assert verdict.fault_entry == log[2]
    assert f"Entry {log[2]} of " in verdict.fault
    assert "what was asked, or who was shown" in verdict.fault


@pytest.mark.parametrize(
    "change", ["user_id = NULL", "kind = 'search'", "at = at + interval '1 second'", "digest = sha256(digest)"]
)
def test_an_altered_entry_is_found(log, change):
    tamper(f"UPDATE registry_accessentry SET {change} WHERE id = %s", log[1])

    assert verify().fault_entry == log[1]


def test_an_entry_altered_with_its_hash_made_again_is_found_at_the_next(log):
    tamper(
        "UPDATE registry_accessentry SET user_id = NULL,"
        " hash = registry_access_hash(previous, id, at, NULL, kind, digest) WHERE id = %s",
        log[1],
    )

    verdict = verify()

    assert verdict.fault_entry == log[2]
    assert "does not follow the entry before it" in verdict.fault


def test_an_entry_removed_from_the_middle_is_found(log):
    tamper("DELETE FROM registry_accessentry WHERE id = %s", log[1])

    verdict = verify()

    assert verdict.fault_entry == log[1]
    assert f"Entry {log[1]} was removed, just before entry {log[2]}" in verdict.fault


def test_several_removed_with_their_payloads_are_found(log):
    tamper("DELETE FROM registry_accesspayload WHERE entry_id IN (%s, %s)", log[1], log[2])
    tamper("DELETE FROM registry_accessentry WHERE id IN (%s, %s)", log[1], log[2])

    assert f"Entries {log[1]} to {log[2]} were removed" in verify().fault


def test_the_first_entry_removed_is_found(log):
    tamper("DELETE FROM registry_accessentry WHERE id = %s", log[0])

    assert verify().fault_entry == log[0]


def test_a_gap_closed_by_numbering_anew_is_found(log):
    tamper("DELETE FROM registry_accessentry WHERE id = %s", log[1])
    tamper("UPDATE registry_accesspayload SET entry_id = entry_id - 1 WHERE entry_id > %s", log[1])
    for pk in log[2:]:
        tamper("UPDATE registry_accessentry SET id = id - 1 WHERE id = %s", pk)

    assert verify().fault_entry == log[1]


def test_two_entries_in_each_others_place_are_found(log):
    for old, new in ((log[2], 900), (log[3], log[2]), (900, log[3])):
        tamper("UPDATE registry_accessentry SET id = %s WHERE id = %s", new, old)

    assert verify().fault_entry == log[2]


def test_payloads_exchanged_are_found(log):
    for old, new in ((log[2], 900), (log[4], log[2]), (900, log[4])):
        tamper("UPDATE registry_accesspayload SET entry_id = %s WHERE entry_id = %s", new, old)

    assert not verify().holds


def test_a_payload_removed_is_found(log):
    tamper("DELETE FROM registry_accesspayload WHERE entry_id = %s", log[2])

    verdict = verify()

    assert verdict.fault_entry == log[2]
    assert "no purge of that month is recorded" in verdict.fault


def test_a_payload_added_is_found(log):
    tamper(
        "INSERT INTO registry_accesspayload SELECT 900, at, salt, page, asked, purpose, case_reference, children,"
        " index_numbers FROM registry_accesspayload WHERE entry_id = %s",
        log[2],
    )

    assert "belongs to no entry" in verify().fault


def test_a_tail_cut_off_is_found_by_the_head(log):
    tamper("DELETE FROM registry_accessentry WHERE id > %s", log[2])

    verdict = verify()

    assert verdict.fault_entry == log[3]
    assert "removed from the end" in verdict.fault


def test_a_tail_cut_off_with_the_head_set_back_is_found_by_what_was_written_down_elsewhere(log):
    end = verify().head
    tamper("DELETE FROM registry_accesspayload WHERE entry_id > %s", log[2])
    tamper("DELETE FROM registry_accessentry WHERE id > %s", log[2])
    tamper(
        "UPDATE registry_accesshead h SET entry = e.id, at = e.at, hash = e.hash FROM registry_accessentry e"
        " WHERE e.id = %s",
        log[2],
    )

    assert verify().holds
    assert f"once reached entry {log[-1]}" in verify(anchors=[end]).fault


def test_an_end_written_anew_is_found_by_what_was_written_down_elsewhere(log):
    end = verify().head
    tamper("DELETE FROM registry_accesspayload WHERE entry_id > %s", log[3])
    tamper("DELETE FROM registry_accessentry WHERE id > %s", log[3])
    tamper(
        "UPDATE registry_accesshead h SET entry = e.id, at = e.at, hash = e.hash FROM registry_accessentry e"
        " WHERE e.id = %s",
        log[3],
    )
    look(None)

    assert verify().holds
    assert verify(anchors=[end]).fault_entry == log[4]


def test_a_head_that_was_removed_is_found(log):
    tamper("DELETE FROM registry_accesshead")

    assert "head of the chain" in verify().fault


def test_the_log_refuses_change_while_its_triggers_watch(log):
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("registry_accessentry", "registry_accesspayload", "registry_accesspayload_2020_01"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with unbound(), pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
                execute(statement)
    with unbound(), pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        execute("UPDATE registry_accesshead SET entry = 1, at = now()")


class TestPurging:
    def test_a_purged_month_verifies(self, log, governance):
        [january] = expired_months(before=date(2020, 2, 1))

        assert purge_month(january, by=governance, reason="Six years have passed") == 1

        verdict = verify()
        assert verdict.holds
        assert (verdict.entries, verdict.expired) == (6, 1)
        assert not AccessPayload.objects.filter(entry_id=log[0]).exists()

    def test_a_purge_is_written_in_the_log_itself(self, log, governance):
        [january] = expired_months(before=date(2020, 2, 1))

        purge_month(january, by=governance, reason="Six years have passed")

        entry = AccessEntry.objects.order_by("pk").last()
        assert (entry.kind, entry.user) == ("purged", governance)
        assert entry.payload.asked["month"] == "2020-01"

    def test_removing_more_under_cover_of_a_purge_is_found(self, log, governance):
        [january] = expired_months(before=date(2020, 2, 1))
        purge_month(january, by=governance, reason="Six years have passed")

        tamper("DELETE FROM registry_accesspayload WHERE entry_id = %s", log[1])

        assert verify().fault_entry == log[1]

    def test_the_chain_of_a_purged_month_is_still_held_to_account(self, log, governance):
        for month in expired_months(before=date(2020, 3, 1)):
            purge_month(month, by=governance, reason="Six years have passed")

        tamper("DELETE FROM registry_accessentry WHERE id = %s", log[0])

        assert verify().fault_entry == log[0]

    def test_a_month_is_only_removed_inside_a_recorded_purge(self, log):
        with pytest.raises(IntegrityError, match="No purge is open"), transaction.atomic():
            execute("SELECT registry_purge_access('2020-01-01')")

    def test_the_current_month_is_kept(self, log):
        with pytest.raises(CannotPurge, match="current month"):
            expired_months(before=date.today().replace(year=date.today().year + 1))


class TestCommands:
    @pytest.fixture(autouse=True)
    def _anchored_elsewhere(self, settings, tmp_path):
        settings.ACCESS_ANCHORS_FILE = str(tmp_path / "anchors.txt")

    def test_verifying_says_that_it_holds_and_where_it_ends(self, log, capsys):
        call_command("anchor_access_log")

        call_command("verify_access_log", "--json")

        *told, last = capsys.readouterr().out.strip().splitlines()
        assert "holds: 5 entries" in "\n".join(told)
        found = json.loads(last)
        assert (found["holds"], found["sure"], found["anchors"]) == (True, True, 1)

    def test_verifying_ends_badly_and_says_which_entry_and_day(self, log, capsys):
        tamper("DELETE FROM registry_accessentry WHERE id = %s", log[1])

        with pytest.raises(SystemExit):
            call_command("verify_access_log", "--json")

        *told, last = capsys.readouterr().out.strip().splitlines()
        assert f"Entry {log[1]} was removed" in told[-1]
        assert json.loads(last)["fault_entry"] == log[1]

    def test_a_rehearsal_removes_nothing(self, log, governance, capsys):
        call_command(
            "purge_access_log",
            "--before=2020-03-01",
            f"--by={governance.email}",
            "--reason=Six years have passed",
            "--dry-run",
        )

        assert "2 entries were about: would be removed" in capsys.readouterr().out
        assert AccessPayload.objects.count() == 5

    def test_purging_removes_the_months_before_a_day(self, log, governance, capsys):
        call_command(
            "purge_access_log",
            "--before=2020-03-15",
            f"--by={governance.email}",
            "--reason=Six years have passed",
            "--json",
        )

        told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        assert told["months"] == {"2020-01": 1, "2020-02": 1}
        assert verify().holds

    def test_purging_is_for_those_who_may_read_the_log(self, log, data_officer):
        with pytest.raises(CommandError, match="may not purge"):
            call_command("purge_access_log", "--before=2020-03-01", f"--by={data_officer.email}", "--reason=x")
