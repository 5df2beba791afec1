"""What ./run may be asked for, understood before anything is installed: only the standard library is imported here."""

import argparse
import errno
import socket
import sys
from collections.abc import Callable
from typing import NoReturn

CHILDREN = 20_000
FEWEST, MOST = 10, 5_000_000
PORT = 8000
DESCRIPTION = """Set up, start, and print the address and the demonstration accounts; Ctrl-C stops everything.
With DATABASE_URL set, that PostgreSQL is used; otherwise one of its own is started, and its data kept."""


class NotPossible(Exception):
    """Something asked for cannot be had. The text says what to do."""


class Parser(argparse.ArgumentParser):
    """Answers a mistake with one sentence."""

    def error(self, message: str) -> NoReturn:
        print(f"{message[:1].upper()}{message[1:]}. ./run --help says what can be asked for.", file=sys.stderr)
        sys.exit(2)


def understand(arguments: list[str]) -> argparse.Namespace:
    """The options of ./run. `children` is None where nobody said how many. Ends the program if there is a mistake."""
    parser = Parser(prog="./run", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument(
        "--children",
        type=whole_number(FEWEST, MOST),
        metavar="N",
        help=f"how many to invent, where the database has none yet ({CHILDREN})",
    )
    parser.add_argument(
        "--port", type=whole_number(1, 65_535), default=PORT, metavar="N", help=f"where to listen ({PORT})"
    )
    parser.add_argument("--setup", action="store_true", help="only set up")
    return parser.parse_args(arguments)


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A reader of numbers from `least` to `most`."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(f"give a whole number from {least} to {most}, not “{text}”")

    return read


def check_port(port: int) -> None:
    """Find out before the long work whether the port is free. Raises NotPossible."""
    other = port + 1 if 1023 < port < 65_535 else PORT
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as error:
            raise NotPossible(f"Port {port} {what_is_wrong(error)}. Choose another: ./run --port {other}") from error


def what_is_wrong(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "is in use by another program"
    if error.errno == errno.EACCES:
        return "is kept for root"
    return f"cannot be had ({error.strerror})"
