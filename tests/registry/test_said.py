"""What sources have said, without what was undone: it can be looked up without reading all of it."""

import pytest
from django.db import connection

from registry import recording
from registry.models import Said
from tests.factories import make_child, said_by

pytestmark = pytest.mark.django_db
BY_FACT = """
    SELECT f.id, (SELECT max(n.day) FROM registry_said n WHERE n.kind = 'name' AND n.fact_id = f.id)
    FROM registry_name f
"""
BY_SOURCE_RECORD = """
    SELECT r.id, said.day FROM registry_sourcerecord r
    CROSS JOIN LATERAL (SELECT n.day FROM registry_said n WHERE n.source_record_id = r.id OFFSET 0) said
"""


def plan_of(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.parametrize(
    ("statement", "condition"),
    [(BY_FACT, "Index Cond: ((fact_id = f.id)"), (BY_SOURCE_RECORD, "Index Cond: (source_record_id = r.id)")],
    ids=["by fact", "by source record"],
)
def test_it_is_looked_up_through_an_index_in_both_halves_and_the_undone_acts_through_theirs(statement, condition):
    plan = plan_of(statement)

    assert plan.count(condition) >= 2
    assert "Seq Scan on registry_confirmation" not in plan
    assert "Seq Scan on registry_repetition" not in plan
    assert "childindex_act_undoes_id_key" in plan


def test_what_was_said_in_an_act_counts_until_that_is_undone_and_what_another_said_of_the_same_still_does():
    [name] = make_child().names.all()
    with said_by() as first:
        recording.confirm(name)
    with said_by() as second:
        recording.confirm(name)
    assert {first.pk, second.pk} <= set(Said.objects.filter(fact_id=name.pk).values_list("act", flat=True))

    with said_by(undoes=first):
        assert first.pk not in Said.objects.filter(fact_id=name.pk).values_list("act", flat=True)

    said = set(Said.objects.filter(fact_id=name.pk).values_list("act", flat=True))
    assert (first.pk in said, second.pk in said) == (False, True)
