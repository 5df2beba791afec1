"""Logs say what happened and name nobody."""

import logging

from childindex.logs import Impersonal


def line(message, *arguments, error=None):
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, message, arguments, error)
    Impersonal().filter(record)
    return logging.Formatter("%(message)s").format(record)


def test_what_was_searched_for_is_left_out():
    assert line("Not Found: %s", "/search/?q=khan+mohamed&dob=12/3/2015") == "Not Found: /search/?..."


def test_an_exception_keeps_its_place_and_loses_its_text():
    try:
        raise ValueError("duplicate key: Mohamed Khan")
    except ValueError as error:
        said = line("Internal Server Error", error=(type(error), error, error.__traceback__))

    assert "builtins.ValueError" in said
    assert "test_logs.py" in said
    assert "Khan" not in said.replace('raise ValueError("duplicate key: Mohamed Khan")', "")
