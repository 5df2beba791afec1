"""Rows in parts: those about one child are never parted."""

from hypothesis import given
from hypothesis import strategies as st

from registry.intake.open_rows import Columns, together

TIES = st.lists(st.lists(st.integers(0, 12), max_size=3), max_size=40)


def tied(ties):
    """The groups of rows that share a key, or a row that shares one: found by brute force."""
    groups = [({place}, set(keys)) for place, keys in enumerate(ties)]
    merged = True
    while merged:
        merged = False
        for one in groups:
            other = next((each for each in groups if each is not one and each[1] & one[1]), None)
            if other is not None:
                one[0].update(other[0])
                one[1].update(other[1])
                groups.remove(other)
                merged = True
                break
    return [rows for rows, _ in groups]


@given(TIES, st.integers(1, 10))
def test_every_row_is_in_one_part_and_rows_tied_together_are_in_the_same(ties, size):
    parts = list(together(enumerate(ties), size))

    assert sorted(pk for part in parts for pk in part) == list(range(len(ties)))
    for group in tied(ties):
        assert sum(1 for part in parts if group & set(part)) == 1


@given(TIES)
def test_a_part_is_longer_than_asked_only_where_its_rows_cannot_be_parted(ties):
    longest = max(map(len, tied(ties)), default=0)
    assert all(len(part) <= max(5, longest) for part in together(enumerate(ties), 5))


def test_a_text_that_comes_again_is_kept_once():
    columns = Columns(["surname", "forename"])
    for surname in ("Khan", "".join(["Kh", "an"])):
        columns.add({"surname": surname, "sex": "F"})

    assert columns.texts == {"surname": ["Khan", "Khan"], "forename": ["", ""]}
    assert columns.texts["surname"][0] is columns.texts["surname"][1]
