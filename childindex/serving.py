"""What ./run does once everything is installed: a database with a city in it, the web server, the workers.

Ctrl-C reaches this process alone, because the others have sessions of their own; it asks them to end and waits for
them. The embedded database stops when the last of them is gone.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from childindex import arguments, postgres

CHECKOUT = Path(__file__).resolve().parent.parent
PROCESSES = {
    "The web server": ["-m", "gunicorn", "--config", "python:childindex.gunicorn", "childindex.wsgi"],
    "The worker for mail": ["manage.py", "db_worker", "--queue-name", "*", "--no-reload", "--verbosity", "0"],
    "The worker for long work": ["manage.py", "work", "--verbosity", "0"],
    "The worker for short work": ["manage.py", "work", "--short", "--verbosity", "0"],
}
SECONDS_TO_ANSWER = 60
SECONDS_TO_END = 20


class CannotServe(Exception):
    """Starting failed. The text says what to do."""


class AskedToStop(BaseException):
    """Ctrl-C, or the end of the session."""


def main() -> None:
    options = arguments.understand(sys.argv[1:])
    os.chdir(CHECKOUT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "childindex.settings.demo")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_asked)
    try:
        serve(options)
    except (CannotServe, postgres.CannotStart, ImproperlyConfigured, CommandError) as refusal:
        fail(str(refusal))
    except OperationalError as error:
        fail(explanation(error))
    except AskedToStop:
        print("\nStopped.")


def serve(options: argparse.Namespace) -> None:
    django.setup()
    prepare_database(options.children)
    connection.close()
    if options.setup:
        print("Everything is set up. Start with ./run")
        return
    attend(options.port)


def prepare_database(children: int | None) -> None:
    """Tables, accounts to sign in with, and a city where there is nobody yet."""
    say("Bringing the database up to date")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("demo_accounts", verbosity=0)  # refuses outside the demonstration, so no city is built there either
    if not apps.get_model("registry", "Child")._base_manager.exists():
        number = children or arguments.CHILDREN
        say(f"Inventing a city of {number:,} children")
        call_command("build_city", children=number, measure=False)
        yesterday = timezone.localdate() - timedelta(days=1)  # so that something has changed since
        with open(os.devnull, "w") as nowhere:
            call_command("balance", "--publish", "--on", yesterday.isoformat(), stdout=nowhere)
        say("Comparing every record with every other")
        call_command("find_duplicates")
    elif children:
        print("  The database has its children already, so none are invented.")
    call_command("demo_schools")
    call_command("demo_services")
    say("Publishing the balance, and opening cases of whoever is missing education")
    with open(os.devnull, "w") as nowhere:
        call_command("balance", "--publish", stdout=nowhere)
        call_command("open_cases", stdout=nowhere)
        call_command("whereabouts", stdout=nowhere)


def attend(port: int) -> None:
    """Start the processes, say where to look, and stay until one ends or somebody stops us."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in PROCESSES.values():
            started.append(start(command, PORT=str(port)))
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
    call_command("demo_accounts")
    print(f"\nMessages that it sends are in {settings.EMAIL_FILE_PATH}. Ctrl-C stops everything.", flush=True)
    connection.close()


def first_to_end(started: list[subprocess.Popen[bytes]]) -> str:
    """The name of the first process to end. Waits for as long as all of them run."""
    while True:
        for name, process in zip(PROCESSES, started, strict=True):
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
    if os.environ.get("DATABASE_URL"):
        return f"The database that DATABASE_URL names does not do what is asked: {error}"
    place = postgres.place_for()
    if postgres.is_full(place):
        return postgres.full(place)
    return f"The embedded database does not do what is asked: {error}\nIts log is {place.log}."


def say(text: str) -> None:
    print(f"  {text} ...", flush=True)


def fail(text: str) -> NoReturn:
    print(f"\n{text}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
