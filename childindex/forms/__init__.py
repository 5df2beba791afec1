"""Forms as the council's pages show them: every Django form is rendered through the components.

Controls carry the components' classes, errors and hints are tied to their control, the browser's own validation stays
out of the way, and whatever was typed comes back as it was typed.
"""

from childindex.forms.asking import Form, ModelForm, RadioSelect
from childindex.forms.dates import DateField, Typed, read_date
from childindex.forms.rendering import BoundField, Error, Renderer, error_lines

__all__ = [
    "BoundField",
    "DateField",
    "Error",
    "Form",
    "ModelForm",
    "RadioSelect",
    "Renderer",
    "Typed",
    "error_lines",
    "read_date",
]
