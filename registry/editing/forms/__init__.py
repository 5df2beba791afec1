"""The forms by which facts are added, changed, corrected and ended.

A form turns what was typed into a fact's values; it writes nothing. Each begins with the fact and ends with who said so
and why. `fact_values` gives what the fact would say, with an unsaved address or carer where a new one is described, so
that the effect can be shown before anything is written; `settle` gives the same with those saved, inside an act.
"""

from __future__ import annotations

from registry.editing.forms.asking import EndForm, FactForm, ReasonForm, chosen, sources_for, text
from registry.editing.forms.carers import CareForm, CarerForm
from registry.editing.forms.institutions import (
    ArrangementForm,
    EnrolmentForm,
    RegistrationForm,
    find_practice,
    find_school,
)
from registry.editing.forms.names import IdentifierForm, NameForm
from registry.editing.forms.places import ResidenceForm, initial_address

__all__ = [
    "FORMS",
    "NOUNS",
    "ArrangementForm",
    "CareForm",
    "CarerForm",
    "EndForm",
    "EnrolmentForm",
    "FactForm",
    "IdentifierForm",
    "NameForm",
    "ReasonForm",
    "RegistrationForm",
    "ResidenceForm",
    "chosen",
    "find_practice",
    "find_school",
    "initial_address",
    "sources_for",
    "text",
]

FORMS: dict[str, type[FactForm]] = {
    str(form.model._meta.model_name): form
    for form in (
        NameForm,
        IdentifierForm,
        ResidenceForm,
        CareForm,
        EnrolmentForm,
        ArrangementForm,
        RegistrationForm,
    )
}
NOUNS = {
    "name": "a name",
    "identifier": "a number",
    "residence": "a home",
    "care": "a carer",
    "enrolment": "a school",
    "educationarrangement": "an education arrangement",
    "registration": "a GP practice",
}
