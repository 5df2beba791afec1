"""What the schools return, and the answers beside it."""

import csv

import pytest

from registry.city.returns import write_returns
from registry.models import Child
from tests.registry.city.conftest import TODAY

pytestmark = pytest.mark.usefixtures("new_city")


@pytest.fixture(scope="module")
def folder(new_city, tmp_path_factory):
    folder = tmp_path_factory.mktemp("returns")
    write_returns(folder, seed=1, on=TODAY)
    return folder


def read(path):
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def answers(folder):
    return read(folder / "answers.csv")[1:]


def test_there_is_an_answer_for_every_row(folder, answers):
    returned = {
        (path.name, str(number)) for path in folder.glob("9*.csv") for number, _ in enumerate(read(path)[1:], start=2)
    }

    assert returned == {(file, row) for file, row, *_ in answers if row}


def test_every_answer_names_a_record_or_says_that_there_is_none(answers):
    known = set(Child.objects.values_list("index_number", flat=True))

    assert {number for _, _, number, *_ in answers} <= known | {""}
    assert {what for _, _, number, what, *_ in answers if not number} == {"not in the index"}


def test_what_is_wrong_differs_from_what_is_right(folder, answers):
    wrong = [answer for answer in answers if answer[4] == "upn"]

    assert wrong
    for file, row, _, _, _, right in wrong:
        assert read(folder / file)[int(row) - 1][0] != right


def test_the_same_seed_writes_the_same_files(folder, tmp_path):
    write_returns(tmp_path, seed=1, on=TODAY)

    assert [path.read_bytes() for path in sorted(folder.iterdir())] == [
        path.read_bytes() for path in sorted(tmp_path.iterdir())
    ]
