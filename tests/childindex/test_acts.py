"""The door for writing: nothing recorded is written outside an act, whatever the route."""

import io
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from childindex.acts import ActRefused, act, purge
from childindex.models import Act, Source
from registry import recording
from registry.models import Child, Confirmation, Name
from tests.databases import unbound
from tests.factories import make_child, said_by

pytestmark = pytest.mark.django_db


def recorded_models():
    return [m for m in apps.get_models() if hasattr(m, "history") and m._meta.app_label == "registry"] + [Source]


def refused(statement, params=None):
    """What the rules say to whoever owns the server: no privilege is in their way."""
    with unbound(), pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
    return str(caught.value)


def columns_of(model):
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


@pytest.mark.parametrize("model", recorded_models(), ids=lambda model: model.__name__)
class TestEveryRecordedTable:
    def test_refuses_insert_outside_an_act(self, model):
        table = model._meta.db_table

        assert "No act is open" in refused(f"INSERT INTO {table} SELECT * FROM {table} WHERE false")

    def test_refuses_update_outside_an_act(self, model):
        pk = model._meta.pk.column

        assert "No act is open" in refused(f"UPDATE {model._meta.db_table} SET {pk} = {pk} WHERE false")

    def test_refuses_queryset_update_and_delete_outside_an_act(self, model):
        with unbound(), pytest.raises(IntegrityError, match="No act is open"), transaction.atomic():
            model._base_manager.update(id=0)
        with unbound(), pytest.raises(IntegrityError, match="No act is open"), transaction.atomic():
            model._base_manager.all()._raw_delete("default")

    def test_refuses_copy_outside_an_act(self, model):
        statement = f"COPY {model._meta.db_table} ({columns_of(model)}) FROM STDIN"

        with pytest.raises(Exception, match="No act is open"), transaction.atomic(), connection.cursor() as cursor:
            cursor.copy_expert(statement, io.StringIO(""))

    def test_is_never_emptied(self, model):
        message = refused(f"TRUNCATE {model._meta.db_table} CASCADE")

        assert "never emptied" in message or "only grows" in message

    def test_keeps_its_history_from_change(self, model):
        past = model.history.model._meta.db_table

        assert "only grows" in refused(f"UPDATE {past} SET history_type = '~'")
        assert "only grows" in refused(f"DELETE FROM {past}")
        assert "only grows" in refused(f"TRUNCATE {past} CASCADE")

    def test_history_knows_every_column_but_those_excluded(self, model):
        past = {field.name for field in model.history.model._meta.concrete_fields}

        missing = {field.name for field in model._meta.concrete_fields} - past
        assert missing <= {"revision"}


def test_a_bulk_write_leaves_history_stamped_with_the_act_and_one_moment():
    child = make_child()

    with said_by() as deed:
        Name.objects.bulk_create(
            [
                Name(child=child, forename=forename, surname="Khan", kind="alias", source=deed.source)
                for forename in "ABC"
            ]
        )

    rows = Name.history.filter(act=deed)
    assert {row.forename for row in rows} == set("ABC")
    assert {row.history_date for row in rows} == {deed.at}


def test_copy_leaves_history():
    child = make_child()

    with said_by() as deed, connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY registry_name (child_id, kind, forename, middle_names, surname, source_id) FROM STDIN",
            io.StringIO(f"{child.pk}\talias\tMinnie\t\tKhan\t{deed.source_id}\n"),
        )

    assert Name.history.get(act=deed).forename == "Minnie"


def test_a_queryset_update_leaves_history_of_the_rows_it_changed_and_no_others():
    changed, same = make_child("Amina"), make_child("Zoe")

    with said_by() as deed:
        Name.objects.filter(child__in=[changed, same]).update(forename="Zoe")

    row = Name.history.get(act=deed)
    assert (row.child_id, row.forename, row.history_type) == (changed.pk, "Zoe", "~")


def test_a_delete_leaves_history():
    child = make_child()

    with said_by() as deed:
        Name.objects.filter(child=child).delete()

    assert Name.history.get(act=deed).history_type == "-"


def test_the_key_of_a_row_is_never_changed():
    make_child()

    with pytest.raises(IntegrityError, match="key of a row"), said_by():
        Name.objects.update(id=-1)


def test_a_forged_setting_does_not_open_the_door():
    with said_by() as done:
        pass

    message = refused(
        "SELECT set_config('childindex.act', %s, true); UPDATE registry_name SET surname = 'x'", [str(done.pk)]
    )

    assert "No act is open" in message


def test_pgtrigger_cannot_be_told_to_ignore_the_door():
    make_child()

    assert "No act is open" in refused(
        "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger"
        " WHERE tgname LIKE 'pgtrigger%%'; UPDATE registry_name SET surname = 'x'"
    )


def test_an_act_left_open_cannot_be_committed():
    council = Source.council()

    refused(
        "INSERT INTO childindex_act (at, recorded_at, source_id, reason_code, reason, rows, subjects, transaction_id)"
        " VALUES (now(), now(), %s, 'forged', '', 0, 0, pg_current_xact_id()::text::bigint);"
        " SET CONSTRAINTS ALL IMMEDIATE",
        [council.pk],
    )


def test_an_act_is_not_altered_once_done():
    with said_by() as done:
        pass

    with pytest.raises(IntegrityError, match="not altered"), transaction.atomic():
        Act.objects.filter(pk=done.pk).update(reason="Another")


def test_all_of_an_act_happens_or_none_of_it():
    child = make_child()

    with pytest.raises(ZeroDivisionError), said_by():
        recording.assert_fact(Name(child=child, forename="Minnie", surname="Khan", kind="preferred"))
        raise ZeroDivisionError

    assert not Name.objects.filter(forename="Minnie").exists()
    assert not Act.objects.filter(finished_at=None).exists()


def test_an_act_counts_its_rows_and_whom_they_concern():
    with said_by() as deed:
        child = Child.objects.create(index_number="CI-4F7K-29QX-M", date_of_birth=date(2017, 2, 28))
        recording.assert_fact(Name(child=child, forename="Amina", surname="Khan"))

    deed.refresh_from_db()
    assert (deed.rows, deed.subjects) == (3, 1)


def test_an_act_inside_another_is_refused():
    with pytest.raises(ActRefused), said_by(), said_by():
        pass


def test_an_act_needs_a_reason():
    with pytest.raises(ActRefused), act(by=None, source=Source.council(), reason_code=""):
        pass


def test_an_act_may_be_backdated_but_never_postdated():
    yesterday = timezone.now() - timedelta(days=1)

    with act(by=None, source=Source.council(), reason_code="built", at=yesterday) as deed:
        pass

    assert deed.at == yesterday < deed.recorded_at
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        act(by=None, source=Source.council(), reason_code="built", at=timezone.now() + timedelta(days=1)),
    ):
        pass


def test_confirmations_only_grow():
    make_child()

    assert Confirmation.objects.exists()
    with unbound(), pytest.raises(IntegrityError, match="only grows"), said_by():
        Confirmation.objects.all()._raw_delete("default")


def test_a_recorded_purge_may_remove_history():
    make_child()
    before = Name.history.count()

    with unbound(), purge(by=None, what="name history", reason="Retention ended") as record:
        record.rows = Name.history.all()._raw_delete("default")

    record.refresh_from_db()
    assert (record.rows, Name.history.count()) == (before, 0)
    assert record.finished_at is not None


def test_an_undo_is_not_undone():
    with said_by() as deed:
        pass
    with said_by(undoes=deed) as undo:
        pass

    with pytest.raises(ActRefused, match="do again what was undone"), said_by(undoes=undo):
        pass
