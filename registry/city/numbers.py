"""Numbers for people who do not exist: right in their check digits, and drawn where no real number is issued.

NHS numbers begin with 999 or a little less, which are kept for trials; mobile telephones with 071 and landlines with
0110, which nobody has; UPNs carry the number of an invented school.
"""

from __future__ import annotations

from collections import Counter
from operator import mul

from registry.identifiers import INDEX_ALPHABET, index_check, upn_letter

SPREAD = 550_731_776_909  # coprime to the count of index numbers, so that no number is drawn twice
INDEX_NUMBERS = 31**8
MILLION = 1_000_000
WEIGHTS = range(10, 1, -1)


class Numbers:
    """Draws every kind of number, each at most once, in an order that depends on the seed alone."""

    def __init__(self, seed: int) -> None:
        self._start = seed * 7_919 + 104_729
        self._drawn: Counter[str] = Counter()
        self._upns: Counter[tuple[str, int]] = Counter()

    def index_number(self) -> str:
        """As `new_index_number` makes them: with a letter and a digit among the first eight characters."""
        while True:
            number = (self._next("index") + self._start) * SPREAD % INDEX_NUMBERS
            body = ""
            for _ in range(8):
                number, place = divmod(number, 31)
                body += INDEX_ALPHABET[place]
            if not body.isalpha() and not body.isdigit():
                return f"CI-{body[:4]}-{body[4:]}-{index_check(body)}"

    def nhs_number(self) -> str:
        while True:
            million, place = divmod(self._next("nhs"), MILLION)
            body = f"{999 - million}{(place * 7_919 + self._start) % MILLION:06}"
            check = -_weighted(body) % 11
            if check < 10:
                return f"{body}{check}"

    def uln(self) -> str:
        while True:
            body = f"9{(self._next('uln') * 7_919_123 + self._start) % (100 * MILLION):08}"
            remainder = _weighted(body) % 11
            if remainder:
                return f"{body}{10 - remainder}"

    def upn(self, laestab: str, year: int) -> str:
        """A permanent UPN given by the school `laestab` (seven digits); a full year spills into the next."""
        self._upns[laestab, year] += 1
        if self._upns[laestab, year] > 999:
            return self.upn(laestab, year + 1)
        body = f"{laestab}{year % 100:02}{self._upns[laestab, year]:03}"
        return upn_letter(body) + body

    def temporary_upn(self, laestab: str, year: int) -> str:
        serial = self._next(f"temporary {laestab} {year}")
        body = f"{laestab}{year % 100:02}{serial % 100:02}{'ABCDEFGHJKLMNPQRTUVWXYZ'[serial // 100 % 23]}"
        return upn_letter(body) + body

    def mobile(self) -> str:
        digits = f"{(self._next('mobile') * 7_919_123 + self._start) % (100 * MILLION):08}"
        return f"071{digits[:2]} {digits[2:]}"

    def landline(self) -> str:
        digits = f"{(self._next('landline') * 7_919 + self._start) % (10 * MILLION):07}"
        return f"0110 {digits[:3]} {digits[3:]}"

    def reference(self, kind: str) -> int:
        """The next of a source's own numbers."""
        return self._next(kind) + 1

    def _next(self, kind: str) -> int:
        self._drawn[kind] += 1
        return self._drawn[kind] - 1


def _weighted(body: str) -> int:
    return sum(map(mul, WEIGHTS, map(int, body)))
