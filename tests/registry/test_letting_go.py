"""Files that came are let go of a set time after the last that was done with them, and never while something waits."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from childindex.models import Purge
from registry import letting_go
from registry.first_load.receiving import CannotReceive, begin, keep, sent, source_of
from registry.intake import stages
from registry.intake.receiving import LetGo, as_it_came
from registry.intake.undoing import undo
from registry.models import Delivery, FirstLoad, LoadStage, Stage
from tests.registry.intake.lists import HEADINGS, child_health, received

pytestmark = pytest.mark.django_db
AMINA = "A1,Begum,Amina,28/02/2017,F,14,Example Road,B4 7DA,"


def came(*rows, **options):
    delivery = received(HEADINGS, *rows, source=options.pop("source", None) or child_health(), **options)
    return stages.read(delivery, by=None)


@pytest.fixture
def applied():
    return came(AMINA)


def later(days=91):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def after(monkeypatch):
    """Lets days pass, for what is let go of."""

    def pass_days(days):
        moment = timezone.now() + timedelta(days=days)
        monkeypatch.setattr(letting_go.timezone, "now", lambda: moment)

    return pass_days


def test_a_file_goes_when_its_days_are_over_and_what_became_of_its_rows_stays(applied, after):
    claim = applied.all_rows.get().claim
    after(91)

    assert letting_go.let_go(by=None).files == 1

    applied.refresh_from_db()
    [row] = applied.all_rows.all()
    assert applied.let_go_at is not None
    assert not applied.parts.exists()
    assert (row.cells, row.claim, row.outcome) == ([], claim, "joined")


def test_it_is_recorded_and_done_once(applied, after):
    after(91)

    letting_go.let_go(by=None)

    assert letting_go.let_go(by=None).total == 0
    [record] = Purge.objects.filter(what=letting_go.WHAT)
    assert (record.reason, record.rows) == (letting_go.SCHEDULE, 2)


def test_days_are_counted_from_the_last_that_was_done_with_a_file(applied):
    assert not letting_go.expired(later(89)).exists()
    assert letting_go.expired(later(91)).exists()

    Delivery.objects.update(received_at=timezone.now() - timedelta(days=400))
    assert not letting_go.expired(timezone.now()).exists()


def test_how_many_days_is_a_setting(applied, settings):
    settings.FILES_KEPT_DAYS = 10

    assert letting_go.expired(later(11)).exists()


@pytest.mark.parametrize("changes", [{"outcome": "to_decide"}, {"waits": True}])
def test_a_file_of_which_a_row_waits_is_kept_however_old(applied, changes):
    applied.all_rows.update(**changes)

    assert not letting_go.expired(later(4000)).exists()


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.CHECKED, Stage.HELD, Stage.COMPARED])
def test_a_file_that_is_not_applied_yet_is_kept(stage):
    delivery = received(HEADINGS, AMINA, source=child_health())
    Delivery.objects.filter(pk=delivery.pk).update(stage=stage, rows=0)

    assert not letting_go.expired(later(4000)).exists()


def test_a_file_that_was_refused_or_undone_goes_too(applied, after, data_manager):
    undo(applied, data_manager, "The wrong list")
    refused = stages.read(received("Local key,Family", "7,Khan", source=applied.source, name="other.csv"), by=None)
    after(91)

    assert (applied.stage, refused.stage) == (Stage.UNDONE, Stage.REFUSED)
    assert letting_go.let_go(by=None).files == 2


def test_an_applied_file_can_be_undone_after_it_went(applied, after, data_manager):
    after(91)
    letting_go.let_go(by=None)
    applied.refresh_from_db()

    undo(applied, data_manager, "The wrong list")

    assert applied.stage == Stage.UNDONE


def test_a_file_that_went_is_not_read_again(applied, after):
    Delivery.objects.filter(pk=applied.pk).update(stage=Stage.REFUSED, refusal="No", act=None)
    after(91)
    letting_go.let_go(by=None)
    applied.refresh_from_db()

    with pytest.raises(LetGo, match="The file itself was let go of on"):
        stages.again(applied)
    with pytest.raises(LetGo), as_it_came(applied):
        pass
    with pytest.raises(IntegrityError, match="let_go_of_is_not_read_again"), transaction.atomic():
        Delivery.objects.filter(pk=applied.pk).update(stage=Stage.RECEIVED)


def test_the_page_of_the_file_says_when_it_went(client, data_manager, applied, after):
    after(91)
    letting_go.let_go(by=None)
    client.force_login(data_manager)

    page = client.get(reverse("registry:delivery", args=[applied.pk])).content.decode()

    assert "The file itself was let go of on" in page


def extract():
    load = begin(source_of(by=None), as_of=date(2026, 10, 1), by=None)
    keep(load, [("children.csv", io.BytesIO(b"Reference,Surname\n1,Khan\n"))])
    return load


def test_tables_of_a_former_system_go_once_they_are_loaded_or_refused(after):
    load = extract()
    after(91)
    assert letting_go.let_go(by=None).extracts == 0

    FirstLoad.objects.filter(pk=load.pk).update(stage=LoadStage.REFUSED, refusal="No")
    assert letting_go.let_go(by=None).extracts == 1

    load.refresh_from_db()
    assert not load.files.get().parts.exists()
    with pytest.raises(CannotReceive, match="were let go of on"):
        sent(load)


def test_a_rehearsal_lets_go_of_nothing(applied, after, capsys):
    after(91)

    call_command("purge_files", "--dry-run", "--json")

    *told, last = capsys.readouterr().out.strip().splitlines()
    assert "Would let go of 1 file and 0 extracts of a former system" in told[0]
    assert json.loads(last) == {"files": 1, "extracts": 0, "dry_run": True}
    assert applied.parts.exists()
