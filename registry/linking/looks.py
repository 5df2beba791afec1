"""What a look at the index may see: with what a list is compared decides what may be told of it.

The *open look* is for everybody: of a child behind a shield it has names in use, sex and date of birth, and nothing
else. So what comes of it tells whoever sends a list no more than a search would. The *look behind shields* is for
custodians: it has shielded children alone, with all that is held of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """`sees_behind` sees what shields hide, `sees_open` the children who are behind none.

    One that `obeys_own_words` takes a reference for whoever its source meant by it before, shielded or not. What a
    source itself said it may be told again; to anybody else who sends a list in its name, that a reference is known
    would tell where a shielded child is.
    """

    sees_open: bool = True
    sees_behind: bool = False
    obeys_own_words: bool = False


OPEN = Look()
OF_ITS_SOURCE = Look(obeys_own_words=True)
BEHIND_SHIELDS = Look(sees_open=False, sees_behind=True, obeys_own_words=True)
EVERYTHING = Look(sees_behind=True, obeys_own_words=True)
