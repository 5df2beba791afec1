"""The forms of returns: which files, whose, of which day; and which school a code of national tables means."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from childindex.forms import DateField, Form, RadioSelect
from childindex.forms.files import FilesField
from childindex.models import User
from registry.models import School
from schools import roles
from schools.returns.belonging import NoSuchSchool, school_called

WIDE = {"class": "govuk-input--width-20"}
NUMBER_HINT = "Its URN, like 123456, or its DfE number, like 330/2031."


class SchoolField(forms.CharField):
    """A school by its URN or DfE number."""

    def clean(self, value: Any) -> School | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return school_called(text)
        except NoSuchSchool as error:
            raise forms.ValidationError(str(error)) from error


class SendReturnForm(Form):
    """A return, or national tables that belong together."""

    file = FilesField(
        label="The file",
        help_text="A census or transfer file (XML), an extract of the school’s own system (CSV or XLSX), or national"
        " census tables, all of them at once.",
        error_messages={"required": "Choose the file."},
    )
    school = SchoolField(
        label="Whose is it, where the file does not say?",
        required=False,
        max_length=20,
        help_text=f"{NUMBER_HINT} A census or transfer file says it itself.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    as_of = DateField(
        label="Of which day is it, where the file does not say?",
        noun="the day",
        required=False,
        latest=timezone.localdate,
    )


class MeantForm(Form):
    """Which school a code of national tables means."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=60)
    school = SchoolField(
        label="Which school is it?",
        max_length=20,
        help_text=NUMBER_HINT,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={"required": "Enter the URN or the DfE number of the school."},
    )

    def __init__(self, *args: Any, meant: str, **options: Any) -> None:
        options["initial"] = {"code": meant}
        super().__init__(*args, **options)
        self.fields["school"].label = f"Which school is {meant}?"


class PostForm(Form):
    """Who is on the staff of which school."""

    user = forms.ModelChoiceField(
        label="Who?",
        queryset=User.objects.filter(role__in=roles.ALL).order_by("full_name"),
        empty_label="Choose",
        help_text="Accounts in one of the roles of schools. Invite somebody new on the page Accounts first.",
        error_messages={"required": "Choose who it is."},
    )
    school = SchoolField(
        label="At which school?",
        max_length=20,
        help_text=NUMBER_HINT,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={"required": "Enter the URN or the DfE number of the school."},
    )
    is_nominee = forms.BooleanField(
        label="They may invite others of this school, as its head’s nominee",
        required=False,
        help_text="A head invites without it.",
    )


class SendOwnForm(Form):
    """A return of one's own school."""

    file = forms.FileField(
        label="The file",
        help_text="Your census or a transfer file (XML), or your roll as your own system exports it (CSV or XLSX), with"
        " a row of headings in any order.",
        error_messages={"required": "Choose the file.", "empty": "This file is empty."},
    )
    as_of = DateField(label="On which day was it true?", noun="the day", latest=timezone.localdate)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"as_of": timezone.localdate()})
        super().__init__(*args, **options)


class InviteForm(Form):
    """Somebody of the school's staff."""

    full_name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs=WIDE))
    email = forms.EmailField(label="Email address", max_length=254, help_text="Of their work.")
    role = forms.ChoiceField(
        label="What do they do?",
        choices=[(code, label) for code, (label, _, _) in roles.ALL.items() if code != roles.HEAD],
        widget=RadioSelect(hints={code: description for code, (_, description, _) in roles.ALL.items()}),
    )
    is_nominee = forms.BooleanField(label="They may invite others, as my nominee", required=False)

    def __init__(self, *args: Any, is_head: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_head:
            del self.fields["is_nominee"]
