"""Names, made comparable. Pure: no table of the database and no clock is asked.

`fold` makes the writing plain, `tokens` and `forms` find the words, `canonical` undoes short forms and transliteration,
`code` sets spelling aside. Searching, matching a file and finding duplicates all use these, and nothing else.
"""

from registry.names.folding import fold, forms, tokens
from registry.names.skeletons import code, initial
from registry.names.variants import canonical

__all__ = ["canonical", "code", "fold", "forms", "initial", "tokens"]
