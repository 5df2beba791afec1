"""What ./run is asked for is understood, or answered with a sentence, before anything is installed."""

import os
import socket
import subprocess
import sys

import pytest

from childindex import arguments


def test_nothing_need_be_said():
    options = arguments.understand([])

    assert (options.children, options.port, options.setup) == (None, 8000, False)


@pytest.mark.parametrize(
    "mistake",
    [["--children", "many"], ["--children", "9"], ["--port", "65536"], ["--port", "٣"], ["--chilren", "5"], ["5"]],
)
def test_a_mistake_is_answered_with_one_line_that_names_it(mistake, capsys):
    with pytest.raises(SystemExit) as end:
        arguments.understand(mistake)

    said = capsys.readouterr().err
    assert end.value.code == 2
    assert said.count("\n") == 1
    assert mistake[0] in said
    assert "./run --help" in said


def test_a_port_in_use_names_another():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(arguments.NotPossible, match=rf"Port {port} is in use .*--port \d+"):
            arguments.check_port(port)


def test_without_a_new_enough_python_the_way_to_get_one_is_said(tmp_path, settings):
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    (tmp_path / "python3").write_text(f"#!/bin/sh\nexec {sys.executable} -c 'raise SystemExit(1)'\n")
    (tmp_path / "python3").chmod(0o755)

    done = subprocess.run(
        ["/bin/sh", settings.BASE_DIR / "run"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert "needs Python 3.11" in done.stderr
    assert "apt-get install python3" in done.stderr


def test_what_sets_up_imports_nothing_that_is_yet_to_be_installed(settings):
    question = "import childindex.setting_up"

    done = subprocess.run(
        [sys.executable, "-S", "-c", question], cwd=settings.BASE_DIR, env=dict(os.environ), capture_output=True
    )

    assert done.returncode == 0, done.stderr
