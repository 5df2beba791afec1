"""Identifiers: reading them, proving them, writing them out.

Each `read_…` function takes what somebody typed or a file held, forgives spaces, hyphens and small letters, and returns
a frozen value that is right in shape and check character, or raises NotValid with a sentence for a clerk. `value` is
what is compared and, but for postcodes, stored; `str()` is what is shown, and how an address holds its postcode.
"""

from registry.identifiers.of_children import (
    INDEX_ALPHABET,
    UPN_LETTERS,
    IndexNumber,
    NhsNumber,
    Uln,
    Upn,
    index_check,
    new_index_number,
    read_index_number,
    read_nhs_number,
    read_uln,
    read_upn,
    upn_letter,
)
from registry.identifiers.of_institutions import (
    Laestab,
    PracticeCode,
    Uprn,
    Urn,
    read_laestab,
    read_practice_code,
    read_uprn,
    read_urn,
)
from registry.identifiers.postcodes import PartPostcode, Postcode, read_part_postcode, read_postcode
from registry.identifiers.recognition import nearly, recognise
from registry.identifiers.telephones import Telephone, read_telephone
from registry.identifiers.text import NotValid, is_valid

__all__ = [
    "INDEX_ALPHABET",
    "UPN_LETTERS",
    "IndexNumber",
    "Laestab",
    "NhsNumber",
    "NotValid",
    "PartPostcode",
    "Postcode",
    "PracticeCode",
    "Telephone",
    "Uln",
    "Upn",
    "Uprn",
    "Urn",
    "index_check",
    "is_valid",
    "nearly",
    "new_index_number",
    "read_index_number",
    "read_laestab",
    "read_nhs_number",
    "read_part_postcode",
    "read_postcode",
    "read_practice_code",
    "read_telephone",
    "read_uln",
    "read_upn",
    "read_uprn",
    "read_urn",
    "recognise",
    "upn_letter",
]
