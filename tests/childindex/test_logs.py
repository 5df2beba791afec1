"""Logs say what happened and name nobody."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from django.test import RequestFactory
from django.urls import resolve

from childindex.logs import Impersonal

ADDRESS = "/children/CI-4F7K-29QX-M/"
SEARCH = "search/?q=khan+mohamed"


def line(message, *arguments, error=None, **extra):
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, message, arguments, error)
    vars(record).update(extra)
    Impersonal().filter(record)
    return logging.Formatter("%(message)s").format(record)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/search/?q=khan+mohamed&dob=12/3/2015", "/search/?..."),
        ("/search/?q=khan mohamed", "/search/?..."),
        ('"GET /search/?q=khan mohamed HTTP/1.1" 200 99', '"GET /search/?... HTTP/1.1" 200 99'),
    ],
)
def test_what_was_searched_for_is_left_out(address, kept):
    assert line("Not Found: %s", address) == f"Not Found: {kept}"


def test_a_line_names_the_kind_of_page_and_not_the_child():
    request = RequestFactory().get("/account/close/CI-4F7K-29QX-M/")
    request.resolver_match = resolve("/health/")

    assert line("Forbidden: %s", request.path, request=request) == "Forbidden: /health/"


@pytest.mark.parametrize(
    ("path", "kept"), [("/children/khan/x/", "/children/..."), ("/robots.txt", "/robots.txt"), ("/", "/")]
)
def test_an_address_that_does_not_exist_keeps_its_first_part(path, kept):
    assert line("Not Found: %s", path, request=RequestFactory().get(path)) == f"Not Found: {kept}"


def test_an_exception_keeps_its_place_and_loses_its_text():
    try:
        raise ValueError("duplicate key: Mohamed Khan")
    except ValueError as error:
        said = line("Internal Server Error", error=(type(error), error, error.__traceback__))

    assert "builtins.ValueError" in said
    assert "test_logs.py" in said
    assert "Khan" not in said.replace('raise ValueError("duplicate key: Mohamed Khan")', "")


def ask(port, text):
    """The first line of what the server answers to the bytes of `text`, once it listens."""
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(text.encode())
                return connection.recv(4096).split(b"\r\n", 1)[0].decode()
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("gunicorn does not listen")


@pytest.fixture
def web_server(free_port, tmp_path, settings):
    """gunicorn as it is run, with a database that is not there: its port, and how to end it and read what it wrote."""
    settings_of_its_own = {
        "DJANGO_SETTINGS_MODULE": "childindex.settings.demo",
        "DATABASE_URL": f"postgresql:///nobody?host={tmp_path}",
        "PORT": str(free_port),
        "WEB_WORKERS": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:childindex.gunicorn", "childindex.wsgi"]
    server = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env={**os.environ, **settings_of_its_own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def end():
        server.send_signal(signal.SIGTERM)
        return server.communicate(timeout=30)[0]

    yield free_port, end
    server.kill()
    server.wait()


def test_the_web_server_writes_nothing_of_what_it_was_asked(web_server):
    port, end = web_server
    signed_in = "Host: localhost\r\nCookie: sessionid=0123456789abcdefghij\r\nConnection: close\r\n\r\n"
    questions = [
        f"GET /{SEARCH} HTTP/1.1\r\n{signed_in}",
        f"GET {ADDRESS}?carer=khan HTTP/1.1\r\n{signed_in}",
        "GET /search/?q=khan mohamed HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /health/ HTTP/1.1\r\nHost: localhost\r\nkhan mohamed: x\r\n\r\n",
    ]

    answers = [ask(port, question).split()[1] for question in questions]
    written = end()

    assert answers == ["500", "500", "400", "400"]
    assert written.count("Internal Server Error: /") == 2
    assert written.count("Invalid request from ip=") == 2
    assert not [word for word in ("khan", "mohamed", "CI-4F7K", "0123456789abc") if word in written]
