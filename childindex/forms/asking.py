"""Forms whose required fields ask for themselves, and radio buttons with hints."""

from collections.abc import Mapping
from typing import Any

from django import forms


class Phrased:
    """Fields that say what is missing: "Enter the forename.", "Choose the school."."""

    fields: dict[str, forms.Field]

    def full_clean(self) -> None:
        """Clean, once every field that the form has by now knows what to ask for."""
        usual = forms.Field.default_error_messages["required"]
        for name, field in self.fields.items():
            if field.error_messages.get("required") == usual:
                field.error_messages["required"] = _missing(name, field)
        super().full_clean()  # type: ignore[misc]


class Form(Phrased, forms.Form):
    """A form whose required fields ask for themselves by their label."""


class ModelForm(Phrased, forms.ModelForm):
    """A model's form whose required fields ask for themselves by their label."""


def _missing(name: str, field: forms.Field) -> str:
    label = str(field.label or name.replace("_", " "))
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}”."
    if label.endswith("?"):
        return f"Answer the question “{label}”."
    acronym = label[1:2].isupper()
    verb = "Choose" if isinstance(field, forms.ChoiceField | forms.FileField) else "Enter"
    return f"{verb} the {label if acronym else label[:1].lower() + label[1:]}."


class RadioSelect(forms.RadioSelect):
    """Radio buttons, each with a hint where `hints` has one for its value."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.hints = hints or {}

    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(*args, **options)
        option["hint"] = self.hints.get(str(option["value"]), "")
        if option["hint"] and option["attrs"].get("id"):
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option
