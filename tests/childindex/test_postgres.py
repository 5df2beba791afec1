"""The embedded server, really started and stopped, for a clone that the test makes up."""

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import psycopg2
import pytest

from childindex import postgres

USER = """
import sys
from pathlib import Path
from childindex import postgres
postgres.use(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def clone(tmp_path):
    """A folder that stands for a clone; what the server left of itself is cleared away afterwards."""
    folder = tmp_path / "clone"
    folder.mkdir()
    yield folder
    place = postgres.place_for(folder)
    assert wait_until(lambda: not is_up(place)), "the server outlived its users"
    shutil.rmtree(place.home, ignore_errors=True)
    shutil.rmtree(place.run, ignore_errors=True)


@pytest.fixture
def start_user(clone):
    """Starts processes that use the clone's server until their input is closed."""
    users = []

    def start(*, waiting=True):
        command = [sys.executable, "-c", USER, str(clone)]
        environment = {**os.environ, "PYTHONPATH": str(postgres.CHECKOUT)}
        user = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        users.append(user)
        if waiting:
            assert user.stdout.readline() == "up\n"
        return user

    yield start
    for user in users:
        user.communicate()


def server_pid(place):
    try:
        return int((place.data / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None


def keeper_of(place):
    marks = ("childindex.postgres_keeper", str(place.checkout))
    return next(p for p in psutil.process_iter(["cmdline"]) if all(mark in (p.info["cmdline"] or ()) for mark in marks))


def is_up(place):
    pid = server_pid(place)
    try:
        return pid is not None and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def ask(place, *questions):
    with closing(psycopg2.connect(host=str(place.run), user=postgres.ROLE, dbname="childindex")) as connection:
        connection.autocommit = True
        cursor = connection.cursor()
        for question in questions:
            cursor.execute(question)
        return cursor.fetchone()[0] if cursor.description else None


def test_the_server_stops_with_its_last_user_and_keeps_the_data(clone, start_user):
    place = postgres.place_for(clone)
    first, second = start_user(), start_user()
    ask(place, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('still here')")

    first.communicate()
    time.sleep(1.5)
    assert ask(place, "SELECT word FROM kept") == "still here"
    second.communicate()
    assert wait_until(lambda: not is_up(place))

    start_user()
    assert ask(place, "SELECT word FROM kept") == "still here"


def test_users_that_are_killed_no_longer_count(clone, start_user):
    place = postgres.place_for(clone)
    user = start_user()

    user.kill()

    assert wait_until(lambda: not is_up(place))


def test_processes_that_start_at_once_share_one_server(clone, start_user):
    users = [start_user(waiting=False) for _ in range(6)]

    assert [user.stdout.readline() for user in users] == ["up\n"] * 6
    assert len(list((postgres.place_for(clone).home).glob("server.log*"))) == 1


def test_a_server_whose_keeper_was_killed_is_taken_over(clone, start_user):
    place = postgres.place_for(clone)
    first = start_user()
    pid = server_pid(place)

    keeper_of(place).kill()
    second = start_user()

    assert server_pid(place) == pid
    first.communicate()
    second.communicate()
    assert wait_until(lambda: not is_up(place))


def test_a_killed_server_is_started_again_for_whoever_comes_next(clone, start_user):
    place = postgres.place_for(clone)
    start_user()
    ask(place, "CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('still here')")

    os.kill(server_pid(place), signal.SIGKILL)
    wait_until(lambda: not postgres.has_keeper(place))
    start_user()

    assert ask(place, "SELECT word FROM kept") == "still here"


def test_a_pid_file_that_names_a_stranger_is_not_believed(clone, start_user):
    place = postgres.place_for(clone)
    start_user().communicate()
    wait_until(lambda: not is_up(place))
    (place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n")

    start_user()

    assert ask(place, "SELECT 1") == 1


def test_nobody_else_gets_in(clone, start_user):
    place = postgres.place_for(clone)
    start_user()

    assert stat.S_IMODE(place.run.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
    assert ask(place, "SHOW listen_addresses") == ""
    assert ask(place, "SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules") == "peer"


def test_folders_above_keep_their_permissions(clone, start_user):
    clone.chmod(0o700)
    before = [folder.stat().st_mode for folder in clone.parents]

    start_user()

    assert [folder.stat().st_mode for folder in clone.parents] == before
    assert stat.S_IMODE(clone.stat().st_mode) == 0o700


def test_a_clone_too_deep_for_a_socket_has_its_socket_elsewhere(tmp_path):
    deep = postgres.Place(tmp_path, tmp_path.joinpath(*["a-folder-with-a-long-name"] * 6), postgres.unprivileged_user())

    assert deep.run.parent == Path("/tmp")
    assert len(os.fsencode(deep.run / postgres.SOCKET_NAME)) <= postgres.LONGEST_SOCKET_PATH


def test_a_server_that_cannot_start_shows_the_end_of_its_log(clone, start_user):
    place = postgres.place_for(clone)
    start_user().communicate()
    wait_until(lambda: not is_up(place))
    (place.data / "PG_VERSION").write_text("12\n")

    with pytest.raises(postgres.CannotStart, match="database files are incompatible with server"):
        postgres.use(clone)
    postgres.release(clone)


def test_somebody_elses_folder_is_refused(tmp_path):
    foreign = tmp_path / "foreign"
    foreign.symlink_to("/")

    with pytest.raises(postgres.CannotStart, match=r"belongs to .*Use a clone of your own"):
        postgres.make_folder(foreign, 0o700)


@pytest.mark.parametrize(
    ("number", "advice"), [(errno.ENOSPC, "Make 1 GB of room there"), (errno.EACCES, "Clone into a folder of your own")]
)
def test_what_the_system_refuses_becomes_advice(tmp_path, number, advice):
    with pytest.raises(postgres.CannotStart, match=advice), postgres.readable_errors(postgres.place_for(tmp_path)):
        raise OSError(number, os.strerror(number))
