"""The measurements themselves: run on a small city, they give every figure, and know right from wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import databases

CHECKOUT = Path(__file__).resolve().parents[3]
SMALL = ["--children", "700", "--json"]


@pytest.fixture
def measured(database_template, own_database):
    """Runs a benchmark as a person would, in a database that it makes for itself; gives its last line."""

    def run(*words):
        command = [sys.executable, "manage.py", "benchmark", *words, *SMALL]
        environment = {**os.environ, **databases.addresses(), "BENCHMARK_TEMPLATE": database_template}
        ran = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout.splitlines()[-1])

    return run


def test_matching_is_measured_on_files_and_inside_the_database(measured):
    found = measured("matching", "--rows", "300", "--rounds", "1")

    small_list, sweep = found["in_database"]
    assert small_list["candidate_recall"] > 0.98
    assert small_list["precision"] > 0.98
    assert 0.85 < small_list["recall"] <= 1
    assert sweep["records"] > 600
    assert sweep["ratio_to_copy"] > 0
    assert {"ordinary list", "hard list", "duplicates"} <= set(json.dumps(found).split('"'))


def test_taking_files_in_is_measured_from_the_first_night_to_a_list_with_known_answers(measured):
    found = measured("intake", "--rows", "300")

    first, second, ordinary, service, hard = found["files"]
    counts = ("confirmed", "changed", "joined", "left", "to_decide", "refused", "received")
    assert all(sum(file[name] for name in counts) == file["rows"] for file in found["files"])
    assert second["changed"] >= 1
    assert first["changed"] == 0
    assert ordinary["decided"]["right"] > 0.97
    assert service["decided"]["right"] > 0.95
    assert ordinary["decided"]["wrong"] <= hard["decided"]["wrong"] + 0.01 < 0.05


def test_schools_returns_are_measured_over_a_summer(measured):
    found = measured("returns")

    assert [one["round"] for one in found["rounds"]] == ["July", "September", "Autumn"]
    assert all(one["rows"] > 0 and one["rows_a_second"] > 0 for one in found["rounds"])
    assert all(one["right"] > 0.9 and one["wrong"] < 0.05 for one in found["rounds"])


def test_a_client_list_is_measured_and_its_next_day_confirms(measured):
    found = measured("clients", "--rows", "200")

    first, second = found["lists"]
    assert first["right"] > 0.9
    assert first["wrong"] < 0.03
    assert second["known"] == first["known"] > 180


def test_the_balance_is_measured_on_three_days_and_adds_up_on_each(measured):
    found = measured("balance", "--years", "1")

    assert [one["adds_up"] for one in found["timed"]] == [True] * 5
    assert found["act_ms"] > 0


def test_whether_time_tells_a_right_guess_is_measured_beside_its_noise(measured):
    found = measured("guesses", "--pairs", "3", "--rows", "10")

    assert (found["pairs"], found["rows"]) == (3, 10)
    assert found["median_ms"].keys() == {"right", "wrong", "another wrong"}
    assert {"right_takes_longer_ms", "noise_ms", "give_or_take_ms"} <= found.keys()
