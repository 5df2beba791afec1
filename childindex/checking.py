"""What ./test does once everything is installed: every check, in order of what they cost, and the tests last.

With arguments, pytest alone, with those arguments; `--nightly` tries ten times as many invented inputs. Stops at the
first check that fails.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = [sys.executable]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "childindex.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ACCESS_ANCHOR_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "index.example.org",
    "DATABASE_URL": "postgresql://nobody@nowhere.invalid/childindex",
}
NIGHTLY = {"--nightly": "--hypothesis-profile=nightly"}

CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("Code style", [str(BIN / "ruff"), "check", "."], {}),
    ("Format", [str(BIN / "ruff"), "format", "--check", "."], {}),
    ("Direction of imports", [str(BIN / "lint-imports"), "--no-logo"], {}),
    ("Types", [str(BIN / "mypy")], {}),
    ("Migrations", [*PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ("Production settings", [*PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]


def main() -> None:
    os.chdir(CHECKOUT)
    arguments = [NIGHTLY.get(argument, argument) for argument in sys.argv[1:]]
    if arguments in ([], [*NIGHTLY.values()]):
        for name, command, environment in CHECKS:
            check(name, command, environment)
        arguments += ["-n", str(processes()), "--dist", "worksteal"]
    print("Tests", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])


def check(name: str, command: Sequence[str], environment: dict[str, str]) -> None:
    """Run one; its output is shown only if it fails, and then nothing after it is run."""
    began = time.monotonic()
    settings = {"DJANGO_SETTINGS_MODULE": "childindex.settings.demo", **environment}
    done = subprocess.run(
        command, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(f"{name:22} {'ok' if not done.returncode else 'FAILED':6} {time.monotonic() - began:5.1f} s", flush=True)
    if done.returncode:
        print(f"\n{done.stdout}\n{' '.join(command)}", file=sys.stderr)
        sys.exit(done.returncode)


def processes() -> int:
    """How many tests at once: one for each processor, up to eight, and at least two."""
    return max(2, min(8, os.cpu_count() or 2))


if __name__ == "__main__":
    main()
