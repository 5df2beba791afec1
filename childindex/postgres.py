"""The embedded PostgreSQL: there when a connection is wanted, gone when nobody is left.

Used only where DATABASE_URL is not set. Each checkout has a server of its own, with data kept between runs, reached
over a socket in a folder that nobody else may enter, and by nobody but the user who started it (`peer` in pg_hba.conf
asks the kernel who is calling, so there is no password to keep). There is no TCP port.

A process that wants the database holds a shared `flock` on `locks/users` for as long as it lives. A *keeper*
(`childindex.postgres_keeper`) starts the server, tries twice a second for an exclusive lock on the same file, which it
gets when the last user is gone, however that one ended, and stops the server. Three locks, always in this order:

    starting   one process at a time looks whether a keeper is there, and starts one
    users      shared: somebody needs the server;  exclusive: the keeper is stopping it
    keeper     exclusive: there is a keeper, and the server is up

PostgreSQL refuses to run as root, and an unprivileged user can neither read data nor load libraries below a 0700
home. When root starts it, the server therefore runs as `postgres` (or `nobody`), on a copy of the programs and with
its data in `/var/lib/childindex-...`. That folder and the programs belong to root; only `data` and `run` belong to
the server.
"""

import errno
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROLE = "childindex"  # made with the cluster, a superuser: the keeper's and the tests' alone
OWNER = "childindex_owner"  # runs migrations and owns the tables
APPLICATION = "childindex_application"  # whom pages, workers and commands connect as
AUDITOR = "childindex_auditor"  # reads the record of looking, and nothing of children
ROLES = (ROLE, OWNER, APPLICATION, AUDITOR)
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # of 108 bytes on Linux and 104 elsewhere, with the closing zero
WAL_SEGMENT = 16 * 2**20  # bytes
SYSTEM_FOLDER = Path("/var/lib")
KEEPER = [sys.executable, "-P", "-m", "childindex.postgres_keeper"]
CHECKOUT = Path(__file__).resolve().parent.parent


class CannotStart(Exception):
    """The embedded server cannot be had. The text says what to do."""


@dataclass(frozen=True)
class Place:
    """Where one checkout's server keeps its things, and the user it runs as."""

    checkout: Path
    home: Path
    server: pwd.struct_passwd
    forgetful: bool = False

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def locks(self) -> Path:
        return self.home / "locks"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def run(self) -> Path:
        """The socket's folder: beside the data, or in /tmp where that path would be too long for a socket."""
        beside = self.home / "run"
        if len(os.fsencode(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return beside
        return Path(f"/tmp/childindex-{os.geteuid()}-{digest(self.home)}")


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def place_for(checkout: Path = CHECKOUT, *, forgetful: bool = False) -> Place:
    """The place of the server that belongs to `checkout` and to the user who asks.

    A forgetful one is another server, which does not wait for the disk: if the machine loses its power its data may be
    gone. For tests.
    """
    checkout, beside = checkout.resolve(), "-forgetful" if forgetful else ""
    if os.geteuid() == 0:
        home = SYSTEM_FOLDER / f"childindex-{digest(checkout)}{beside}"
        return Place(checkout, home, unprivileged_user(), forgetful)
    return Place(checkout, checkout / f".postgres{beside}", pwd.getpwuid(os.geteuid()), forgetful)


def unprivileged_user() -> pwd.struct_passwd:
    """Whom the server runs as when root starts it."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`. Add one of them.")


_held: dict[Path, int] = {}
_one_thread_at_a_time = threading.Lock()


def use(checkout: Path = CHECKOUT, *, forgetful: bool = False) -> Place:
    """Make sure that the server runs, and keep it running for as long as this process lives.

    Any number of threads and processes may call it at once, and as often as they like. Raises CannotStart.
    """
    place = place_for(checkout, forgetful=forgetful)
    with _one_thread_at_a_time, readable_errors(place):
        make_folder(place.home, 0o711 if place.as_root else 0o700)
        make_folder(place.locks, 0o700)
        with locked(place.locks / "starting", fcntl.LOCK_EX):
            if place.home not in _held:
                _held[place.home] = take(place.locks / "users", fcntl.LOCK_SH)
            if not has_keeper(place):
                start_keeper(place)
    return place


def release(checkout: Path = CHECKOUT) -> None:
    """Stop counting this process as a user. Its connections should be closed by now."""
    with _one_thread_at_a_time:
        held = _held.pop(place_for(checkout).home, None)
    if held is not None:
        os.close(held)


def has_keeper(place: Place) -> bool:
    """Whether a keeper holds its lock, which it does only while its server is up."""
    try:
        os.close(take(place.locks / "keeper", fcntl.LOCK_SH | fcntl.LOCK_NB))
    except BlockingIOError:
        return True
    return False


def start_keeper(place: Place) -> None:
    """Start a keeper in a session of its own, so that Ctrl-C passes it by, and wait until its server is ready."""
    with (place.home / "keeper.log").open("wb") as complaints:
        keeper = subprocess.Popen(
            [*KEEPER, str(place.checkout), *(["forgetful"] if place.forgetful else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            start_new_session=True,
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        answer = keeper.stdout.read().decode()
    if answer != "ready":
        raise CannotStart(answer or f"The embedded database did not start; see {place.home / 'keeper.log'}.")


def make_folder(path: Path, mode: int) -> None:
    """A folder that is ours alone to write in. Refuses one that somebody else put there."""
    path.mkdir(mode=mode, exist_ok=True)
    found = path.lstat()
    if found.st_uid != os.geteuid() or path.is_symlink():
        owner = user_name(found.st_uid)
        raise CannotStart(f"{path} belongs to {owner}. Use a clone of your own, or set DATABASE_URL.")
    path.chmod(mode)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def take(path: Path, kind: int) -> int:
    """An open file with a lock on it. Closing the file, or the end of every process that has it, gives the lock up."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, kind)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def locked(path: Path, kind: int) -> Iterator[None]:
    descriptor = take(path, kind)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def readable_errors(place: Place) -> Iterator[None]:
    """Turn what the operating system refuses into a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise CannotStart(explanation(error, place)) from error


def explanation(error: OSError, place: Place) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(place)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"The embedded database may not use {error.filename or place.home}. "
            "Clone into a folder of your own, or set DATABASE_URL to a PostgreSQL that runs elsewhere."
        )
    return f"The embedded database did not start: {error}. Set DATABASE_URL to use another PostgreSQL."


def full(place: Place) -> str:
    return f"The disk that holds {place.home} is full. Make 1 GB of room there and start again; what was saved is kept."


def is_full(place: Place) -> bool:
    """Whether the server can no longer make room for its log of changes, in which case it stops."""
    return shutil.disk_usage(place.home).free < 2 * WAL_SEGMENT
