"""What ./run does once everything is installed: a database with a city in it, the web server, the worker.

Ctrl-C reaches this process alone, because the others have sessions of their own; it asks them to end and waits for
them. The embedded database stops when the last of them is gone.
"""

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import NoReturn

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, get_commands
from django.db import OperationalError, connection

from childindex import postgres

CHECKOUT = Path(__file__).resolve().parent.parent
WEB = ["-m", "gunicorn", "--config", "python:childindex.gunicorn", "childindex.wsgi"]
WORKER = ["manage.py", "db_worker", "--queue-name", "*", "--no-reload", "--verbosity", "0"]
SECONDS_TO_ANSWER = 60
SECONDS_TO_END = 20


class CannotServe(Exception):
    """Starting failed. The text says what to do."""


class AskedToStop(BaseException):
    """Ctrl-C, or the end of the session."""


def main() -> None:
    options = parse()
    os.chdir(CHECKOUT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childindex.settings.demo")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_asked)
    try:
        serve(options)
    except (CannotServe, postgres.CannotStart, ImproperlyConfigured) as refusal:
        fail(str(refusal))
    except OperationalError as error:
        fail(explanation(error))
    except AskedToStop:
        print("\nStopped.")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run")
    parser.add_argument("--children", type=int, default=20_000, help="how many to invent, where there are none yet")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--setup", action="store_true", help="only set up")
    return parser.parse_args()


def serve(options: argparse.Namespace) -> None:
    if not options.setup:
        check_port(options.port)
    django.setup()
    prepare_database(options.children)
    connection.close()
    if options.setup:
        print("Everything is set up. Start with ./run")
        return
    attend(options.port)


def check_port(port: int) -> None:
    """Find out before the long work whether the port is free."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            other = port + 1 if 1023 < port < 65535 else 8000
            said = (
                "is in use by another program" if getattr(error, "errno", 0) == errno.EADDRINUSE else f"fails: {error}"
            )
            raise CannotServe(f"Port {port} {said}. Stop that, or choose another: ./run --port {other}") from error


def prepare_database(children: int) -> None:
    """Tables, and a city where there is nobody yet."""
    say("Bringing the database up to date")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if "build_city" in get_commands() and not apps.get_model("registry", "Child")._base_manager.exists():
        say(f"Inventing a city of {children:,} children")
        call_command("build_city", children=children)


def attend(port: int) -> None:
    """Start both processes, say where to look, and stay until one ends or somebody stops us."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        started.append(start(WEB, PORT=str(port)))
        started.append(start(WORKER))
        wait_until_answering(port, started)
        welcome(port)
        ended = first_to_end(started)
        raise CannotServe(f"{ended} ended unexpectedly; what it said is above. Start again with ./run")
    finally:
        end(started)


def start(command: list[str], **environment: str) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C does not reach it before us."""
    surroundings = {**os.environ, **environment}
    return subprocess.Popen([sys.executable, *command], env=surroundings, start_new_session=True)


def wait_until_answering(port: int, started: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(SECONDS_TO_ANSWER * 10):
        if any(process.poll() is not None for process in started):
            return
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise CannotServe(f"The web server did not answer within {SECONDS_TO_ANSWER} seconds.")


def welcome(port: int) -> None:
    print(f"\nChild Index is at http://localhost:{port}\n")
    if "demo_accounts" in get_commands():
        call_command("demo_accounts")
    print(f"\nMessages that it sends are in {settings.EMAIL_FILE_PATH}. Ctrl-C stops everything.", flush=True)
    connection.close()


def first_to_end(started: list[subprocess.Popen[bytes]]) -> str:
    """The name of the first process to end. Waits for as long as all of them run."""
    names = ("The web server", "The worker")
    while True:
        for name, process in zip(names, started, strict=True):
            if process.poll() is not None:
                return name
        time.sleep(0.5)


def end(started: list[subprocess.Popen[bytes]]) -> None:
    """Ask, wait, insist. A second Ctrl-C does not interrupt this."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def stop_asked(number: int, frame: FrameType | None) -> None:
    raise AskedToStop


def explanation(error: OperationalError) -> str:
    if "No space left" in str(error):
        return "The disk that holds the database is full. Make room there and start again; what was committed is kept."
    if os.environ.get("DATABASE_URL"):
        return f"The database that DATABASE_URL names does not do what is asked: {error}"
    return f"The embedded database does not do what is asked: {error}\nIts log is {postgres.place_for().log}."


def say(text: str) -> None:
    print(f"  {text} ...", flush=True)


def fail(text: str) -> NoReturn:
    print(f"\n{text}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
