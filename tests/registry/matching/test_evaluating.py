"""Measuring: the figures are what they say, and the command gives them for files of any shape."""

import csv
import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from registry.matching.evaluating import Curve, Groups
from tests.registry.matching.crowds import crowd

FIELDS = ["id", "forename", "surname", "date_of_birth", "sex", "postcode", "address"]


@pytest.fixture
def files(tmp_path):
    index = [row | {"id": str(place)} for place, row in enumerate(crowd())]
    listed = [row | {"true_id": row["id"], "group": "all"} for row in index[:60]]
    listed += [{"forename": "Wanjiru", "surname": "Kamau", "true_id": "", "group": "none"}]
    again = [row | {"cluster": row["id"]} for row in index]
    again += [row | {"id": f"{row['id']} again", "cluster": row["id"], "postcode": ""} for row in index[:9]]
    written = (("index", index, FIELDS), ("list", listed, [*FIELDS, "true_id", "group"]), ("twice", again, None))
    return [write(tmp_path / f"{name}.csv", rows, columns or [*FIELDS, "cluster"]) for name, rows, columns in written]


def write(path, rows, columns):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def test_a_list_is_linked_and_judged(files, capsys):
    call_command("evaluate_matching", *files[:2], "--json")

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["true_links"], found["best_f1"], found["candidate_recall"]) == (60, 1.0, 1.0)
    assert found["outcomes"]["none"] == 1


def test_a_file_is_searched_for_duplicates_and_judged(files, capsys):
    call_command("evaluate_matching", files[2], "--dedupe", "--json")

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["true_links"], found["best_f1"]) == (9, 1.0)


def test_a_report_shows_the_errors_and_their_reasons(files, tmp_path):
    report = tmp_path / "report.html"
    index, *_ = files
    write(tmp_path / "wrong.csv", [row | {"id": "L", "true_id": "199"} for row in crowd()[:1]], [*FIELDS, "true_id"])

    call_command("evaluate_matching", index, str(tmp_path / "wrong.csv"), "--report", str(report), verbosity=0)

    assert "Joined, and should not be" in report.read_text()
    assert "The surnames are the same" in report.read_text()


@pytest.mark.parametrize("arguments", [[], ["--dedupe"]])
def test_one_file_is_searched_and_two_are_linked(files, arguments):
    with pytest.raises(CommandError, match="Give an index and a list"):
        call_command("evaluate_matching", *(files[:2] if arguments else files[:1]), *arguments)


def test_a_list_without_the_truth_is_refused(files):
    with pytest.raises(CommandError, match="true_id"):
        call_command("evaluate_matching", files[0], files[0])


def test_what_a_file_has_wrong_is_said_of_that_file(files, tmp_path, capsys):
    rows = [crowd()[0] | {"true_id": "0"}, {"forename": "Baby", "true_id": "0"}, crowd()[2] | {"true_id": "nobody"}]
    listed = write(tmp_path / "odd.csv", rows, [*FIELDS, "true_id"])

    call_command("evaluate_matching", files[0], listed)

    told = capsys.readouterr().out
    assert "odd.csv: 1 set aside: no name and no number in it that could be compared (row 3)" in told
    assert "1 true_id that the index does not have, as nobody" in told


def test_a_curve_gives_what_each_threshold_would():
    curve = Curve.of(np.float32([9, 7, 7, 1]), np.array([True, True, False, True]), true=4)

    assert curve.scores.tolist() == [9, 7, 1]
    assert curve.precision.tolist() == [1, pytest.approx(2 / 3), 0.75]
    assert curve.recall.tolist() == [0.25, 0.5, 0.75]
    assert curve.best == (0.75, 1.0)
    assert curve.recall_at(0.999) == 0.25


def test_the_gap_is_between_everybody_and_the_worst_group():
    names = ["a"] * 600 + ["b"] * 300 + ["rare"] * 3
    made = np.array([True] * 600 + [True] * 270 + [False] * 33)

    groups = Groups.of(names, np.ones(903, dtype=bool), made)

    assert groups.recalls() == {"a": 1.0, "b": 0.9}
    assert groups.gap == pytest.approx(870 / 903 - 0.9)
    assert groups.error("b") == pytest.approx((0.9 * 0.1 / 300) ** 0.5)


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_worked_out(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandError, match=r"The report cannot be written to nowhere/report\.html: No such file"):
        call_command("evaluate_matching", *files[:2], "--report", "nowhere/report.html")
