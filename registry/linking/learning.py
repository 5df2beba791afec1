"""Learning the weights by which lists are linked, from a list, without being told who is whom; kept as a version.

Once is enough for lists of a kind: the weights say how sources write children down, not who is on a list.
"""

from __future__ import annotations

from django.db import transaction

from childindex import acts
from childindex.models import Source, User
from registry.linking import commonness
from registry.linking.lists import Columns
from registry.linking.reading import index_people, institutions
from registry.linking.weights import LISTS, keep
from registry.matching.columns import people
from registry.matching.learning import learn
from registry.matching.linking import Linker
from registry.models import Weights

REASON_CODE = "learned_weights"


def learn_from(columns: Columns, *, by: User | None) -> Weights:
    """The weights that a list teaches (columns as `lists.link` takes them); every later list is linked by them.

    Reads the whole index. What comes out as it was makes no new version.
    """
    commonness.bring_up_to_date()
    index = index_people()
    linker = Linker.of(index, commonness.frequencies_for(index))
    size = len(next(iter(columns.values()), ()))
    listed = people([str(row) for row in range(size)], columns, like=index)
    model = learn(listed, linker.keys, linker.common, name=LISTS, institutions=institutions())
    said = f"Learned from {model.learned_from}"
    with transaction.atomic(), acts.act(by=by, source=Source.council(), reason_code=REASON_CODE, reason=said):
        return keep(model)
