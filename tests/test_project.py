"""What holds for the whole project: every page, every table."""

import logging
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from registry.models import Child
from tests import databases, fuzzing, walks
from tests.cast import opened_again, signed_in
from tests.worlds import HIDDEN, ROLES, WITHOUT_PERMISSION, small_world


@pytest.fixture(autouse=True)
def quiet(unwatched):
    """Thousands of pages are refused here on purpose; none of it is worth a line in the log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(db):
    return small_world()


def test_every_page_says_what_to_put_in_its_place_holders(world):
    without = sorted({page.name for page in walks.pages()} - walks.SAMPLES.keys())

    assert without == [], "Add these to SAMPLES in tests/walks.py, with addresses to visit."


def test_every_sample_belongs_to_a_page():
    assert sorted(walks.SAMPLES.keys() - {page.name for page in walks.pages()}) == []


def test_every_page_refuses_the_signed_out(world, browser_of):
    browser = browser_of(AnonymousUser())
    answered = []

    for name, addresses in walks.addresses(world).items():
        for address in addresses:
            answer = walks.visit(browser, address)
            refused = answer.status in (403, 404) or (answer.status == 302 and "/account/login/" in answer.sent_to)
            if not refused and name not in walks.PUBLIC:
                answered.append((name, answer.status, address))
            assert not world.named_in(answer.text), address

    assert answered == []


def unsound(world, answer):
    """What is wrong with an answer by itself: a fault, or somebody named who is not written down; or nothing."""
    named = world.named_in(answer.text, answer.listed)
    if answer.status >= 500:
        return f"{answer.address}: {answer.status} {answer.text[:200]}"
    if (answer.status == 200 and named != answer.listed) or not named <= answer.listed:
        return f"{answer.address}: names {named}, lists {set(answer.listed)}"
    return ""


@pytest.mark.parametrize("role", [role for role in ROLES if role not in WITHOUT_PERMISSION])
def test_every_page_answers_and_whoever_it_names_is_written_down(world, browser_of, role):
    """Of those who see behind shields; everybody else's pages are judged where two databases are compared."""
    walks.look_around(world, browser_of)

    person = world.people[role]
    wrong = [unsound(world, answer) for answer in walks.whole_walk(browser_of(person), world, person)]

    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.fixture(scope="module")
def two_worlds(database_template, django_db_setup, django_db_blocker):
    """Two databases that differ in nothing but what a shield hides, and the world that each holds."""
    built = {}
    with django_db_blocker.unblock():
        for hidden in HIDDEN:
            name = databases.clone(database_template)
            with databases.connected_to(name):
                built[name] = small_world(hidden)
                walks.look_around(built[name], signed_in)
        yield built
        for name in built:
            databases.drop(name)


@pytest.fixture(scope="module")
def walked(two_worlds, django_db_blocker):
    """How somebody is answered in each world, wherever they go, as a `Walk`. What was walked once is kept."""
    kept = {}

    def walk(role):
        if role not in kept:
            kept[role] = Walk()
            with django_db_blocker.unblock():
                for name, world in two_worlds.items():
                    with databases.connected_to(name):
                        kept[role].through(world, role)
        return kept[role]

    return walk


@dataclass
class Walk:
    """What one role was told in each of two worlds, what was wrong by itself, and the forms that it met."""

    answers: list[dict[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    forms: list[fuzzing.Form] = field(default_factory=list)

    def through(self, world, role):
        person, steady, pages = world.people[role], {}, set()
        for answer in walks.whole_walk(signed_in(person), world, person):
            steady[answer.address] = answer.steady
            self.wrong += filter(None, [unsound(world, answer)])
            if answer.page not in pages and answer.status == 200:
                self.forms += fuzzing.forms_on(answer.address, answer.text)
            pages.add(answer.page)
        self.answers.append(steady)


ASKED_OF_EACH = 60
"""How many questions Hypothesis makes for each role, of the pages that answer it."""


@pytest.mark.parametrize("role", WITHOUT_PERMISSION, scope="class")
class TestTwoDatabases:
    """What a role reads is the same whatever a shield hides. Both tests of a role stand together: they share a walk."""

    def test_every_page_answers_alike_whatever_a_shield_hides_and_whoever_it_names_is_written_down(
        self, walked, record_property, role
    ):
        walk = walked(role)

        assert not walk.wrong, "\n".join(walk.wrong)
        one, two = walk.answers
        record_property("walked", len(one))
        assert list(one) == list(two)
        differing = [difference(address, one[address], two[address]) for address in one if one[address] != two[address]]
        assert not differing, "\n".join(differing)

    def test_whatever_is_asked_it_is_answered_alike_whatever_a_shield_hides(
        self, two_worlds, walked, django_db_blocker, record_property, role
    ):
        """Questions that nobody thought of: fields left out, chosen from and typed into, on every form that asks."""
        forms, asked, browsers = walked(role).forms, set(), {}
        if not any(form.method == "get" for form in forms):
            record_property("asked", 0)
            return
        world = next(iter(two_worlds.values()))
        with django_db_blocker.unblock():
            for name, its in two_worlds.items():
                with databases.connected_to(name):
                    browsers[name] = signed_in(its.people[role])

        @settings(
            max_examples=ASKED_OF_EACH * max(settings.default.max_examples // 100, 1),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(address=fuzzing.questions(forms, walks.typed_by_anybody(world)))
        def alike(address):
            answers = []
            with django_db_blocker.unblock():
                for name in two_worlds:
                    with databases.connected_to(name):
                        answer = walks.visit(browsers[name], address)
                        answers.append(answer.steady)
                        assert answer.status < 500, answer.text[:300]  # it repeats what was typed, names and all
            asked.add(address)
            assert answers[0] == answers[1], difference(address, *answers)

        alike()
        record_property("asked", len(asked))
        assert asked


def difference(address, one, two):
    """The first place where two answers differ, with a little of what stands around it."""
    place = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return f"{address}: …{one[max(0, place - 60) : place + 60]!r} and …{two[max(0, place - 60) : place + 60]!r}"


@pytest.mark.parametrize("role", ["custodian", "data_manager", "governance"])
def test_a_form_sent_empty_is_answered_with_words_and_never_with_a_fault(world, role):
    person = world.people[role]
    wrong, browser = [], signed_in(person)

    for found in walks.worth_asking(world, person).values():
        for address in found[:3]:
            with transaction.atomic():
                answer = walks.visit(opened_again(browser), address, sent={})
                transaction.set_rollback(True)
            if answer.status >= 500:
                wrong.append(f"{address}: {answer.status} {answer.text[:200]}")

    assert not wrong, "\n".join(wrong)


def test_rubbish_in_any_field_of_any_form_is_answered_with_words_and_never_with_a_fault(world):
    person = world.people["custodian"]
    wrong, met, browser = [], set(), signed_in(person)

    for found in walks.worth_asking(world, person).values():
        for address in found[:4]:
            page = walks.visit(opened_again(browser), address)
            for form in fuzzing.forms_on(address, page.text) if page.status == 200 else ():
                if (form.sort in met) or met.add(form.sort):
                    continue
                for sent in form.spoilt():
                    with transaction.atomic():
                        answer = form.send(opened_again(browser), sent)
                        transaction.set_rollback(True)
                    if answer.status >= 500:
                        wrong.append(f"{answer.address[:300]}: {answer.status} {answer.text[:200]}")

    assert len(met) > 30
    assert not wrong, "\n".join(wrong)


# Keyed to a child and no fact of theirs: made from the facts, or written once and never again.
DERIVED = {"BalancePlace", "IndexEntry", "IndexKey", "ToCompare", "WhereaboutsMark"}
CLAIMED = {"DeliveryRow", "FirstLoadSuspect", "ShieldedFinding"}  # what a file says, and nothing that the index says
WRITTEN_ONCE = {"BalanceMove", "Merge", "Decision", "Recognition"}


def keyed_to_a_child():
    """Every table that says something of a child, but for the histories themselves."""
    return [
        model
        for model in apps.get_models()
        if any(field.related_model is Child for field in model._meta.concrete_fields)
        and not hasattr(model, "instance_type")
    ]


def triggers_of(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal AND t.tgenabled = 'O'",
            [model._meta.db_table],
        )
        return {name for (name,) in cursor.fetchall()}


def test_there_are_tables_keyed_to_a_child():
    assert {"Name", "Residence", "Shield", "Pin"} <= {model.__name__ for model in keyed_to_a_child()}


@pytest.mark.django_db
@pytest.mark.parametrize("model", keyed_to_a_child(), ids=lambda model: model.__name__)
def test_every_table_keyed_to_a_child_keeps_its_history_and_is_written_in_acts_alone(model):
    if model.__name__ in DERIVED | CLAIMED:
        return
    found = triggers_of(model)

    assert "childindex_only_in_an_act" in found or "childindex_append_only" in found
    assert hasattr(model, "history") == (model.__name__ not in WRITTEN_ONCE)
    assert "childindex_write_history" in found or model.__name__ in WRITTEN_ONCE


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# Who may read the rows of what was said themselves: whoever writes them, and asks what one act said, undone or not.
ROWS_OF_WHAT_WAS_SAID = {
    "registry/balance/keeping.py",  # whom an act concerns, or the act that it undoes
    "registry/disclosure/records.py",  # what was believed before something was undone
    "registry/intake/contested.py",  # whose leading fact an act decided, or does no longer
    "registry/recording.py",
}
READS_ROWS_OF_WHAT_WAS_SAID = re.compile(
    r"\b(FROM|JOIN|USING)\s+(registry_confirmation|registry_repetition|registry_ever_said)\b"
    r"|\b(Confirmation|Repetition)\.(_default_manager|_base_manager|objects)\b|\.(confirmations|repetitions)\.(all|filter)\b",
    re.IGNORECASE,
)


def our_modules():
    """The text of every module, by its path."""
    root = Path(__file__).parent.parent
    rooms = ("childindex", "registry", "schools", "agencies")
    return {str(path.relative_to(root)): path.read_text() for room in rooms for path in (root / room).rglob("*.py")}


def test_what_was_said_is_read_without_what_was_undone():
    """A past word, undone, counts nowhere: everybody else reads the view `registry_said`, which leaves it out."""
    reading = {
        name
        for name, text in our_modules().items()
        if READS_ROWS_OF_WHAT_WAS_SAID.search(text) and "/migrations/" not in name and "/benchmarks/" not in name
    }

    assert reading <= ROWS_OF_WHAT_WAS_SAID, "Read registry_said, or the model Said."


# Shields end on the day on which they are lifted, and are another rule; the others ask what began by some day.
COMPARES_FIRST_DAYS = {
    "registry/access/reading.py",
    "registry/dates/holding.py",
    "registry/disclosure/shielding.py",
    "registry/intake/manifest.py",
    "registry/models/shields.py",
    "registry/recording.py",
    "schools/home_education/keeping.py",
    "schools/missing/collection.py",
    "schools/movers/queue.py",
}


def test_whether_something_holds_on_a_day_is_asked_in_one_way():
    """A first day that is not known is no reason to leave somebody out: `registry.dates.holding` sees to it."""
    by_hand = re.compile(r"from_date__lte|from_date( or date\.min)?\)? <= |from_date, '-infinity'\) <= ")

    assert {name for name, text in our_modules().items() if by_hand.search(text)} <= COMPARES_FIRST_DAYS
