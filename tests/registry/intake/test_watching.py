"""A watched folder: each file is taken once and none is lost, wherever a watcher is killed."""

import io
import json
import os
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.intake.watching import Watched, arrived, left_behind, take
from registry.models import Child, Delivery, Feed, Name, SourceRecord, Stage
from tests.factories import make_source

GOOD = "Reference,Surname,Forename,Date of birth,Sex\n8,Okafor,Zoe,2024-05-06,F\n"
BAD = "Colour,Shape\nred,round\n"
QUESTION = "Reference,Surname,Forename\n9,Okafor,Zoe\n"
MOST_STEPS = 9


@pytest.fixture
def births(db):
    return make_source("child-health", kind="health", name="Child health")


@pytest.fixture
def watched(births, tmp_path):
    found = Watched(tmp_path, Feed.objects.get(code="births"), births, applies=True)
    found.prepare()
    return found


def put(folder, name, text, *, age=60):
    path = folder / name
    path.write_text(text)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def lying_in(folder):
    """Every file there is, notes left out, by where it lies."""
    return sorted(
        (path.parent.name if path.parent != folder else "", path.name)
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".note.txt")
    )


def watch(folder, *options, **named):
    """The command's exit status and what it said."""
    out, status = io.StringIO(), 0
    try:
        call_command("watch_folder", folder, *options, feed="births", once=True, settle=0, stdout=out, **named)
    except SystemExit as ended:
        status = ended.code
    return status, out.getvalue()


def test_a_file_is_taken_in_applied_and_lies_in_done_with_a_note(births, tmp_path):
    put(tmp_path, "monday.csv", GOOD)

    status, _ = watch(tmp_path, source="child-health", apply=True)

    assert status == 0
    assert lying_in(tmp_path) == [("done", "monday.csv")]
    note = (tmp_path / "done" / "monday.csv.note.txt").read_text()
    assert "1 row:" in note
    assert "1 joined" in note
    assert "Okafor" not in note
    assert Child.objects.count() == 1


def test_a_file_that_cannot_be_read_lies_in_refused_with_what_to_do(births, tmp_path):
    put(tmp_path, "odd.csv", BAD)

    status, _ = watch(tmp_path, source="child-health", apply=True)

    assert status == 2
    assert lying_in(tmp_path) == [("refused", "odd.csv")]
    note = (tmp_path / "refused" / "odd.csv.note.txt").read_text()
    assert "None of this file’s columns names a child." in note
    assert "put it into the folder again" in note


def test_rows_that_wait_for_a_person_are_told_by_the_exit_status(births, tmp_path):
    put(tmp_path, "some.csv", QUESTION)

    status, said = watch(tmp_path, "--json", source="child-health", apply=True)

    assert status == 3
    assert json.loads(said)["waits"] is True


def test_a_file_that_still_grows_and_one_under_a_passing_name_are_left(watched, tmp_path):
    put(tmp_path, "growing.csv", GOOD, age=0)
    put(tmp_path, "half.csv.part", GOOD)
    ripe = put(tmp_path, "ripe.csv", GOOD)

    assert arrived(watched, settle=5) == [ripe]


def test_a_file_without_a_source_to_go_to_is_refused_with_a_sentence(births, tmp_path):
    put(tmp_path, "whose.csv", GOOD)

    status, said = watch(tmp_path)

    assert status == 2
    assert "Say whose file this is" in said


def test_the_same_file_a_second_time_is_recognised_and_nothing_is_done(births, tmp_path):
    put(tmp_path, "monday.csv", GOOD)
    watch(tmp_path, source="child-health", apply=True)
    put(tmp_path, "monday.csv", GOOD)

    status, _ = watch(tmp_path, source="child-health", apply=True)

    assert status == 0
    assert lying_in(tmp_path) == [("done", "monday (2).csv"), ("done", "monday.csv")]
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize("text", [GOOD, BAD, QUESTION], ids=["good", "refused", "to decide"])
@pytest.mark.parametrize("steps", range(1, MOST_STEPS))
def test_killed_after_any_step_the_next_watcher_brings_the_file_to_its_end_once(watched, tmp_path, text, steps):
    path = put(tmp_path, "night.csv", text)
    first = take(watched, path)
    for _ in range(steps):
        next(first, None)
    del first

    for left in left_behind(watched):
        list(take(watched, left))

    assert lying_in(tmp_path) == [("refused" if text == BAD else "done", "night.csv")]
    assert len(list(tmp_path.rglob("*.note.txt"))) == 1
    assert Delivery.objects.count() == 1
    assert Delivery.objects.get().stage == (Stage.REFUSED if text == BAD else Stage.APPLIED)
    assert SourceRecord.objects.count() == (1 if text == GOOD else 0)


def test_a_folder_that_is_not_there_and_a_feed_that_nobody_knows_are_said(births, tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("watch_folder", Path("/nowhere/at/all"), feed="births", once=True)
    with pytest.raises(CommandError, match="No feed is called nonsense"):
        call_command("watch_folder", tmp_path, feed="nonsense", once=True)


def test_a_file_older_than_the_last_applied_is_held_and_not_called_done_with(births, tmp_path):
    put(tmp_path, "new.csv", GOOD)
    watch(tmp_path, source="child-health", apply=True)
    put(tmp_path, "old.csv", GOOD.replace("Zoe", "Zoë"), age=40 * 86_400)

    status, said = watch(tmp_path, source="child-health", apply=True)

    assert status == 3
    assert "The file is held" in said
    assert not Name.objects.filter(forename="Zoë").exists()
