"""Finding one child: understand what was asked, fetch the few it could be, score them and say why.

`search` is the door. It promises that nothing behind a shield moves a result, a count or an order for somebody who may
not see behind shields: hidden keys are never asked for, hidden fields are neither compared nor filtered by.
"""

from registry.search.candidates import Filters
from registry.search.engine import PAGE, Result, Results, search
from registry.search.listing import Listed, listed
from registry.search.query import Part, Query
from registry.search.reading import FIELDS, understand
from registry.search.reasons import Reason

__all__ = [
    "FIELDS",
    "PAGE",
    "Filters",
    "Listed",
    "Part",
    "Query",
    "Reason",
    "Result",
    "Results",
    "listed",
    "search",
    "understand",
]
