"""Cleaning the distinct values of a column all at once: what `cleaning` makes of each, most of it without Python.

What a pattern shows to be plain already, or to become plain by a few replacements, is done by Arrow; whatever is
written in any other way goes through `cleaning` by itself. Whichever way it takes, a value comes out the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute

from childindex.tables import plain
from registry.identifiers.postcodes import INWARD, OUTWARD
from registry.matching import cleaning, placeholders

Texts: TypeAlias = pa.StringArray
WHOLE_POSTCODE = f"^(?:{OUTWARD})(?:{INWARD})$"
NO_PLACE = "^ZZ99"
NUMBER, FILLER = "^[0-9A-Z]{2,20}$", "^(?:[A-Z]+|" + "|".join(f"{digit}+" for digit in range(10)) + ")$"
# Printable, with nothing around it, none of the characters that are dropped, and no formula's guard before it.
PLAIN_ADDRESS = rf"^[0-9A-Za-z][ -&(-\-/-~]{{0,{cleaning.LONGEST - 2}}}[!-&(-\-/-~]$"
NOT_A_WORD, STREET_TYPE = "[^a-z0-9]+", rf"\b(?:{'|'.join(sorted(cleaning.STREETS))})\b ?"


def clean(kind: str, texts: Texts) -> Texts:
    """Each text of a column as it is compared."""
    in_bulk = IN_BULK.get(kind)
    return in_bulk(kind, texts) if in_bulk else pa.array(_one_by_one(kind, texts), pa.string())


def _one_by_one(kind: str, texts: Texts) -> list[str]:
    cleaner = cleaning.CLEANERS[kind]
    return [cleaner(text if text.isalnum() else plain(text)) for text in texts.to_pylist()]


def _with_the_rest(kind: str, texts: Texts, done: Texts, is_done: pa.BooleanArray) -> Texts:
    """`done` where it `is_done`, and of the other texts what `cleaning` makes of them."""
    is_left = compute.invert(is_done)
    left = texts.filter(is_left)
    return compute.replace_with_mask(done, is_left, pa.array(_one_by_one(kind, left), pa.string())) if left else done


def _numbers(kind: str, texts: Texts) -> Texts:
    is_plain = compute.and_not(_matches(texts, NUMBER), _matches(texts, FILLER))
    return _with_the_rest(kind, texts, texts, is_plain)


def _postcodes(kind: str, texts: Texts) -> Texts:
    squeezed = compute.replace_substring(compute.utf8_upper(texts), " ", "")
    is_plain = compute.and_not(_matches(squeezed, WHOLE_POSTCODE), _matches(squeezed, NO_PLACE))
    return _with_the_rest(kind, texts, squeezed, is_plain)


def _addresses(kind: str, texts: Texts) -> Texts:
    words = compute.replace_substring_regex(compute.ascii_lower(texts), NOT_A_WORD, " ")
    folded = compute.utf8_trim(compute.replace_substring_regex(words, STREET_TYPE, ""), " ")
    is_none = _matches(folded, placeholders.NO_ADDRESS.pattern)
    return _with_the_rest(kind, texts, compute.if_else(is_none, "", folded), _matches(texts, PLAIN_ADDRESS))


def _matches(texts: Texts, pattern: str) -> pa.BooleanArray:
    return compute.match_substring_regex(texts, pattern)


IN_BULK: dict[str, Callable[[str, Texts], Texts]] = {
    "address": _addresses,
    "postcode": _postcodes,
    **dict.fromkeys(("upn", "nhs_number", "uln"), _numbers),
}


def british(postcodes: Texts) -> NDArray[np.bool_]:
    """Which of some cleaned postcodes have the shape of a British one."""
    flags = np.zeros(len(postcodes), dtype=bool)
    flags[np.from_dlpack(compute.indices_nonzero(_matches(postcodes, WHOLE_POSTCODE)))] = True
    return flags


def first_numbers(addresses: Texts) -> Texts:
    """Of each cleaned address the first word that begins with a digit: its house, its flat; empty where none does."""
    found = compute.extract_regex(addresses, r"\b(?P<door>[0-9][0-9a-z]*)")
    return compute.fill_null(found.field("door"), "")


def as_bytes(words: Texts, width: int, pad: str) -> NDArray[np.uint8]:
    """A row of `width` bytes for each of some plain words: its first ones, or `pad` before those of a shorter one."""
    padded = compute.utf8_lpad(compute.utf8_slice_codeunits(words, 0, width), width, pad)
    return np.frombuffer("".join(padded.to_pylist()).encode("ascii", "replace"), dtype=np.uint8).reshape(-1, width)
