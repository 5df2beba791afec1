"""How a form becomes a page: through the components, with every error leading to its control."""

from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField as DjangoBoundField
from django.forms.renderers import TemplatesSetting

from childindex.forms.dates import PARTS, DateBoxes


class BoundField(DjangoBoundField):
    """A field of a form that knows which control an error leads to."""

    @property
    def first_control_id(self) -> str:
        """The id of the control that an error in this field points at."""
        if isinstance(self.field.widget, DateBoxes):
            return f"{self.auto_id}_{next(iter(self.invalid_parts), PARTS[0])}"
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def invalid_parts(self) -> tuple[str, ...]:
        """The boxes of a date that its error is about; all of them where it does not say."""
        found = self.errors.as_data() if self.errors else []
        said = [part for error in found for part in (getattr(error, "params", None) or {}).get("parts", PARTS)]
        return tuple(part for part in PARTS if part in said)

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = {**super().build_widget_attrs(attrs, widget)}
        built.pop("required", None)  # the page says what is missing, all at once, and not the browser one by one
        if self.use_fieldset:
            built.pop("aria-invalid", None)  # the error belongs to the group, which says so
        if isinstance(widget or self.field.widget, DateBoxes):
            built["invalid_parts"] = self.invalid_parts
        return built


class Renderer(TemplatesSetting):
    """Forms, fields and widgets from the project's own templates."""

    form_template_name = "forms/form.html"
    field_template_name = "components/field.html"
    bound_field_class = BoundField


class Error(NamedTuple):
    """One line of an error summary: what is wrong, and the control to mend it in."""

    text: str
    href: str


def error_lines(form: forms.BaseForm) -> list[Error]:
    """Every error of a form in the order of its fields; one that belongs to no field leads nowhere."""
    lines = [Error(str(text), "") for text in form.non_field_errors()]
    for field in form:
        href = "" if field.is_hidden or not isinstance(field, BoundField) else f"#{field.first_control_id}"
        lines += [Error(str(text), href) for text in field.errors]
    return lines
