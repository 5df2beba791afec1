"""The forms of pupils who come, go, stay away or are not as the council has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from childindex import words
from childindex.forms import DateField, Form, RadioSelect
from registry.editing.forms import chosen, find_school, text
from registry.identifiers import NotValid, read_postcode, read_telephone, read_upn
from registry.models import CareKind, School, Sex, YearGroup
from schools.models import AbsenceKind, Enquiry, Finding
from schools.movers.finding import Found
from schools.movers.grounds import GROUNDS, HOME_EDUCATION, Ground, in_force

AHEAD = timedelta(days=60)
NARROW = {"class": "govuk-input--width-10"}
LINES = {"rows": 3}
CHOOSE = [("", "Choose one")]
ADDRESS = ("saon", "paon", "street", "town", "postcode")


def _oldest() -> date:
    return timezone.localdate() - timedelta(days=26 * 365)


def _ahead() -> date:
    return timezone.localdate() + AHEAD


def _lines(label: str, *, hint: str = "", required: bool = True, length: int = 1000) -> Any:
    widget = forms.Textarea(attrs=LINES)
    return forms.CharField(label=label, help_text=hint, required=required, max_length=length, widget=widget)


def _checked(read: Callable[[str], Any]) -> Callable[[forms.Form, str], str]:
    def clean(form: forms.Form, name: str) -> str:
        typed: str = form.cleaned_data[name]
        try:
            return str(getattr(found := read(typed), "value", found)) if typed else ""
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault

    return clean


_upn, _postcode, _telephone = _checked(read_upn), _checked(read_postcode), _checked(read_telephone)


class LeavingForm(Form):
    """When, and on which ground: what else is asked depends on it."""

    last_day = DateField(
        label="What is the last day on the roll?",
        noun="the last day",
        help_text="It may be up to 60 days ahead. For example, 18 12 2026",
        latest=_ahead,
    )
    ground = forms.ChoiceField(
        label="On which ground?",
        widget=RadioSelect(),
        choices=[(code, str(ground)) for code, ground in GROUNDS.items()],
        help_text="Regulation 9(1) of the 2024 Regulations is a closed list. No pupil may leave the roll on any other.",
        error_messages={"required": "Choose the ground."},
    )

    def __init__(self, *args: Any, first_day: date | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._first_day = first_day
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, f"{str(one)[:1].upper()}{str(one)[1:]}") for one in in_force(timezone.localdate())]

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if self._first_day and day < self._first_day:
            raise forms.ValidationError(f"This pupil has been on the roll since {words.day(self._first_day)}.")
        return day

    @property
    def chosen_ground(self) -> Ground:
        return GROUNDS[self.cleaned_data["ground"]]


class DeletionForm(Form):
    """The rest of a deletion return: regulation 13(6) of the 2024 Regulations."""

    parents = _lines(
        "Each parent with whom the pupil normally lives: name, address",
        hint="One on each line. It is what the council has: put right what is not so.",
    )
    telephone = text("A telephone number of theirs, for emergencies", length=30, required=True, attrs=NARROW)
    moves_to = text("The pupil’s new address, and who lives there with them, if they move", length=300, attrs={})
    moves_on = DateField(label="From which day?", noun="the day of the move", required=False)
    school = text("New school, if there is one", length=160, hint="Its name or URN. In England it is found by either.")
    starts_on = DateField(label="First day there, if you know it", noun="the first day there", required=False)
    written_on = DateField(
        label="On which day did the parent write that the pupil is educated otherwise than at school?",
        noun="the day of the letter",
        latest=timezone.localdate,
    )
    home_from = DateField(
        label="From which day does the parent educate the pupil, if the letter says so?",
        noun="the first day of home education",
        required=False,
        latest=_ahead,
        help_text="The name stays on the roll until the day before.",
    )
    consent = forms.ChoiceField(
        label="Did the council arrange this place at a special school?",
        choices=[("no", "No"), ("yes", "Yes, and the council has agreed to the name’s coming off the roll")],
        widget=RadioSelect(),
        help_text="If it did and has not agreed, the name stays on the roll: ring the council first.",
    )

    def __init__(self, *args: Any, ground: Ground, **options: Any) -> None:
        super().__init__(*args, **options)
        self._ground = ground
        if ground.code not in HOME_EDUCATION:
            del self.fields["written_on"], self.fields["home_from"], self.fields["consent"]
        if ground.needs_school:
            self.fields["school"].required = True
            self.fields["school"].label = "New school"
        self.found: School | None = None

    def clean_telephone(self) -> str:
        return _telephone(self, "telephone")

    def clean_school(self) -> str:
        """The school if it is one that is known; a name that no school here has stays as it was typed."""
        typed: str = self.cleaned_data["school"]
        if typed:
            try:
                self.found = find_school(typed)
            except forms.ValidationError as fault:
                if "More than one" in str(fault) or typed.replace(" ", "").isdigit():
                    raise
        return typed

    def content(self, last_day: date) -> dict[str, str]:
        """What is returned, by label, for the receipt: nothing that was left empty."""
        said = self.cleaned_data
        pairs = {
            "Last day on the roll": words.day(last_day),
            "Ground": str(self._ground),
            "Lives with": said["parents"],
            "Emergency telephone": said["telephone"],
            "New address": said["moves_to"],
            "At the new address from": _day(said["moves_on"]),
            "New school": str(self.found or said["school"]),
            "First day there": _day(said["starts_on"]),
            "The parent wrote on": _day(said.get("written_on")),
            "Educated at home from": _day(said.get("home_from")),
        }
        return {label: value for label, value in pairs.items() if value}


def _day(value: date | None) -> str:
    return words.day(value) if value else ""


class ChildForm(Form):
    """What the admission register says of a pupil. `cells` are the fields of a list's row, by key."""

    surname = text("Surname", length=100)
    forename = text("Forename", length=100)
    middle_names = text("Middle names", length=150)
    date_of_birth = DateField(
        label="Date of birth", noun="a date of birth", earliest=_oldest, latest=timezone.localdate,
        required=False,
    )  # fmt: skip
    upn = text("UPN", length=13, attrs=NARROW, hint="13 characters, as the last school gave it.")
    year_group = chosen("Year group", CHOOSE + YearGroup.choices, required=False)
    class_name = text("Class", length=30, attrs=NARROW)
    saon = text("Flat or unit", length=60, attrs=NARROW)
    paon = text("House name or number", length=60, attrs=NARROW)
    street = text("Street", length=100)
    town = text("Town or city", length=60)
    postcode = text("Postcode", length=9, attrs=NARROW)
    carer_forename = text("Forename of a parent", length=100)
    carer_surname = text("Surname of a parent", length=100)
    relationship = chosen("What are they to the pupil?", CHOOSE + CareKind.choices, required=False)
    telephone = text("Telephone", length=30, attrs=NARROW)

    def clean_upn(self) -> str:
        return _upn(self, "upn")

    def clean_postcode(self) -> str:
        return _postcode(self, "postcode")

    def clean_telephone(self) -> str:
        return _telephone(self, "telephone")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lacking = ("paon", "street") if cleaned.get("postcode") else ("postcode",)
        if any(cleaned.get(name) for name in ADDRESS) and not all(cleaned.get(name) for name in ("postcode", "paon")):
            name = next(name for name in (*lacking, "paon") if not cleaned.get(name))
            self.add_error(name, "An address needs a house and a postcode: enter both.")
        if any(cleaned.get(name) for name in ("telephone", "relationship", "carer_forename")) and not cleaned.get(
            "carer_surname"
        ):
            self.add_error("carer_surname", "Enter the surname of the parent.")
        return cleaned

    def cells(self) -> dict[str, str]:
        """The fields that say something."""
        return {name: _plain(value) for name, value in self.cleaned_data.items() if value}

    def content(self) -> dict[str, str]:
        """The same by label, with choices and days in words."""
        return {
            str(self.fields[name].label): _spoken(self.fields[name], value)
            for name, value in self.cleaned_data.items()
            if value
        }


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _spoken(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices)[value])  # type: ignore[arg-type]
    return words.day(value) if isinstance(value, date) else str(value)


class NewPupilForm(ChildForm):
    """The new-pupil return: all that the admission register has of the pupil (regulations 8 and 13(1))."""

    sex = chosen("Sex", [choice for choice in Sex.choices if choice[0] in ("F", "M")], radio=True)
    entry_date = DateField(label="First day here", noun="the first day", latest=_ahead)
    last_school = text(
        "The last school", length=160, hint="Leave it empty if there was none. What is put here goes on the receipt."
    )
    second_forename = text("Forename of another parent", length=100)
    second_surname = text("Surname of another parent", length=100)
    second_telephone = text("Their telephone", length=30, attrs=NARROW)
    field_order = (
        "surname", "forename", "middle_names", "date_of_birth", "sex", "entry_date", "year_group", "class_name", "upn",
        "last_school", "saon", "paon", "street", "town", "postcode", "carer_forename", "carer_surname", "relationship",
        "telephone", "second_forename", "second_surname", "second_telephone",
    )  # fmt: skip
    ASKED = ("surname", "forename", "date_of_birth", "year_group", "paon", "postcode", "carer_surname", "telephone")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in self.ASKED:
            self.fields[name].required = True

    def clean_second_telephone(self) -> str:
        return _telephone(self, "second_telephone")

    def cells(self) -> dict[str, str]:
        renamed = {
            "second_forename": "carer_forename_2",
            "second_surname": "carer_surname_2",
            "second_telephone": "telephone_2",
        }
        found = super().cells()
        found.pop("last_school", None)
        return {renamed.get(name, name): value for name, value in found.items()}

    @property
    def name(self) -> str:
        return f"{self.cleaned_data['forename']} {self.cleaned_data['surname']}"


class ChangeForm(ChildForm):
    """What is not as the council has it. What is left empty stays as it is."""

    more = _lines(
        "Anything else that is wrong",
        required=False,
        hint="It goes to the index team. Do not write about the child’s health or family life.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.values()):
            raise forms.ValidationError("Say what is not right: fill in at least one box.")
        if bool(cleaned.get("surname")) != bool(cleaned.get("forename")):
            lacking = "forename" if cleaned.get("surname") else "surname"
            self.add_error(lacking, f"Enter the {lacking} too, as a name changes whole.")
        return cleaned

    def cells(self) -> dict[str, str]:
        found = super().cells()
        found.pop("more", None)
        return found


class AbsenceForm(Form):
    """An attendance return (ten school days) or a sickness return (fifteen): regulations 12 and 13."""

    kind = forms.ChoiceField(label="Why is the pupil away?", choices=AbsenceKind.choices, widget=RadioSelect())
    first_day = DateField(label="What was the first day of absence?", noun="the first day", latest=timezone.localdate)
    cause = text("The cause, as far as you know it", length=300, attrs={}, hint="A few words. No diagnosis.")


class BackForm(Form):
    """The pupil is at school again."""

    back_on = DateField(label="On which day did the pupil come back?", noun="the day", latest=timezone.localdate)


class EnquiryForm(Form):
    """What was done to find an absent pupil."""

    day = DateField(label="On which day?", noun="the day", latest=timezone.localdate)
    what = text("What was done?", length=300, required=True, attrs={}, hint="Such as: visited the home; rang an aunt.")
    finding = forms.ChoiceField(label="What came of it?", choices=Finding.choices, widget=RadioSelect())

    @staticmethod
    def told(enquiries: list[Enquiry]) -> list[dict[str, str]]:
        """Earlier enquiries, as rows of a list of facts."""
        return [
            {
                "key": f"{one.get_of_display()}, {words.day(one.day)}",
                "value": one.what,
                "detail": one.get_finding_display(),
            }
            for one in enquiries
        ]


class ReportForm(Form):
    """What only the council can settle."""

    said = _lines(
        "What should the council know?",
        hint="It goes to the index team. Do not write about the child’s health or family life.",
    )


class SettleForm(Form):
    """What the council did about a report."""

    how = text("What did you find, in a few words?", length=300, attrs={}, hint="The school reads this.")


class FoundForm(Form):
    """Where a leaver is."""

    found = forms.ChoiceField(label="What came of looking?", choices=Found.choices, widget=RadioSelect())
    school = text("Which school, if one has the pupil?", length=160, hint="Its name or URN.")
    since = DateField(label="Since when, if you know it?", noun="the first day", required=False, latest=_ahead)
    how = text("How do you know?", length=200, required=True, attrs={}, hint="Such as: rang the school’s office.")

    def clean_school(self) -> School | None:
        typed: str = self.cleaned_data["school"]
        return find_school(typed) if typed else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("found") == Found.SCHOOL and not cleaned.get("school") and "school" not in self.errors:
            self.add_error("school", "Enter which school has the pupil.")
        return cleaned
