"""The one door for reading: what this request may see of a child.

Templates, exports, results, counts and histories get the views made here, never models. A hidden value is said to be
withheld; membership of a list, a count or a sort by a hidden value is silently absent. Behind a shield (SI 2007/2182
reg. 6(6)) everybody but the index team's custodians reads a child's names, sex, date of birth, index number and the
names of carers, and nothing that was derived from anything else: not a source, a date, an id or a revision.
"""

from registry.disclosure.context import Context, NotDisclosed, register_details, register_own_word, register_scope
from registry.disclosure.fields import CUSTODIAN, FIELDS, State, Whose, also_read, register_field
from registry.disclosure.histories import history
from registry.disclosure.households import born_with, family, household, kin
from registry.disclosure.records import record
from registry.disclosure.shielding import everybody_shielded, shielded_among
from registry.disclosure.summaries import HIDDEN_BY_A_SHIELD, disclose
from registry.disclosure.views import (
    ActEntry,
    AddressView,
    CarerView,
    ChangeView,
    FactView,
    FieldChange,
    PlaceView,
    RecordView,
    Summary,
)

__all__ = [
    "CUSTODIAN",
    "FIELDS",
    "HIDDEN_BY_A_SHIELD",
    "ActEntry",
    "AddressView",
    "CarerView",
    "ChangeView",
    "Context",
    "FactView",
    "FieldChange",
    "NotDisclosed",
    "PlaceView",
    "RecordView",
    "State",
    "Summary",
    "Whose",
    "also_read",
    "born_with",
    "disclose",
    "everybody_shielded",
    "family",
    "history",
    "household",
    "kin",
    "record",
    "register_details",
    "register_field",
    "register_own_word",
    "register_scope",
    "shielded_among",
]
