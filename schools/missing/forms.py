"""The forms of cases of children missing education."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from childindex import words
from childindex.forms import DateField, Form, RadioSelect
from childindex.models import User
from registry.disclosure import Summary
from registry.editing.forms import find_school
from registry.identifiers import NotValid, read_index_number
from registry.models import Child, School
from schools.missing.authorities import OUTCOMES
from schools.missing.cases import LONGEST_REVIEW, Evidence, usual_next
from schools.models import (
    OURS_TO_ANSWER,
    AuthorityRequest,
    Case,
    CaseReason,
    CaseSource,
    EnquiryKind,
    Finding,
    RequestKind,
    RequestOutcome,
    Sure,
    Where,
)
from schools.models.authorities import LONGEST_ANSWER
from schools.models.missing import LONGEST

LINES = {"rows": 3}
BY_HAND = (CaseSource.SCHOOL, CaseSource.SERVICE, CaseSource.PUBLIC, CaseSource.AUTHORITY, CaseSource.BALANCE)


def longest_review() -> date:
    return timezone.localdate() + LONGEST_REVIEW


def lines(label: str, *, hint: str = "", required: bool = True, length: int = LONGEST) -> Any:
    """A box of a few lines."""
    widget = forms.Textarea(attrs=LINES)
    return forms.CharField(label=label, help_text=hint, required=required, max_length=length, widget=widget)


def to_come(day: date) -> date:
    """The day itself. Raises ValidationError for one that has passed."""
    if day < timezone.localdate():
        raise forms.ValidationError("Enter a day from today on.")
    return day


class Siblings(forms.MultipleChoiceField):
    """Brothers and sisters for whom the same is to be done. There may be none, and then nothing is asked."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, choices=[], widget=forms.CheckboxSelectMultiple)


def _offer(form: Form, choices: Sequence[tuple[str, str]]) -> None:
    field = form.fields["also"]
    assert isinstance(field, Siblings)
    if choices:
        field.choices = list(choices)
    else:
        del form.fields["also"]


class OpenForm(Form):
    """Who says that a child is missing education, and what they say."""

    source = forms.ChoiceField(
        label="Who told you?",
        choices=[
            (str(one), "Nobody: the balance shows it" if one == CaseSource.BALANCE else str(one.label))
            for one in BY_HAND
        ],
        widget=RadioSelect(),
    )
    told = lines("What do you know?", hint="Who was seen last where, and when. No more than is needed.", required=False)
    reason = forms.ChoiceField(label="Why, as far as it is known?", choices=CaseReason.choices)
    also = Siblings("Are brothers or sisters missing education too?")
    mine = forms.BooleanField(label="I take the case", required=False, initial=True)

    def __init__(self, *args: Any, siblings: Collection[Summary] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, [(str(one.child_id), f"{one.name}, {one.school or 'at no school'}") for one in siblings])

    def chosen(self) -> list[int]:
        """Ids of the brothers and sisters who were ticked."""
        return [int(pk) for pk in self.cleaned_data.get("also", ())]


class TellForm(Form):
    """What a school or a service knows of a child who may be missing education."""

    told = lines(
        "What do you know?",
        hint="When the child was seen last and where, and where the family may be. Not about health.",
    )


class EnquireForm(Form):
    """One step that was taken."""

    kind = forms.ModelChoiceField(
        label="What was done?", queryset=EnquiryKind.objects.none(), widget=RadioSelect(), empty_label=None
    )
    day = DateField(label="On which day?", noun="the day", latest=timezone.localdate)
    outcome = lines("What came of it?")
    finding = forms.ChoiceField(
        label="Was the child found?", choices=Finding.choices, widget=RadioSelect(), required=False
    )
    next_by = DateField(label="Next step by", noun="the day of the next step", latest=longest_review)
    also = Siblings("Was the same done for brothers or sisters?")

    def __init__(
        self,
        *args: Any,
        kinds: QuerySet[EnquiryKind],
        siblings: Collection[tuple[Case, Summary]] = (),
        absent_from: School | None = None,
        **options: Any,
    ) -> None:
        options["initial"] = {"day": timezone.localdate(), "next_by": usual_next(), **options.get("initial", {})}
        super().__init__(*args, **options)
        field, finding = self.fields["kind"], self.fields["finding"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = kinds
        self._cases = {str(case.pk): case for case, _ in siblings}
        _offer(self, [(str(case.pk), child.name) for case, child in siblings])
        if absent_from is None:
            del self.fields["finding"]
        else:
            finding.required = True
            finding.help_text = (
                f"{absent_from} has returned that it has not seen the child. School and council enquire together:"
                " what you write here is the council’s half, without which the name stays on the roll."
            )

    def clean_next_by(self) -> date:
        return to_come(self.cleaned_data["next_by"])

    def clean_also(self) -> list[Case]:
        return [self._cases[pk] for pk in self.cleaned_data["also"]]


class LocateForm(Form):
    """Where the child is educated, who says so, and how it is known."""

    where = forms.ChoiceField(label="What sort of place is it?", choices=Where.choices, widget=RadioSelect())
    place = forms.CharField(
        label="Where is the child educated now?",
        max_length=200,
        help_text="The name of the school or other place. A school of the index is found by its name or URN, and the"
        " child is put on its roll.",
    )
    said_by = forms.CharField(
        label="Who says so?", max_length=200, help_text="A name, and what they are there: Ann Smith, school office."
    )
    sure = forms.ChoiceField(label="How is it known?", choices=Sure.choices, widget=RadioSelect())
    known_on = DateField(
        label="On which day was the child seen, or was it confirmed?", noun="the day", latest=timezone.localdate
    )
    how = lines("Anything else", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.school: School | None = None
        typed = cleaned.get("place", "")
        if cleaned.get("where") == Where.SCHOOL and typed:
            try:
                self.school = find_school(typed)
            except forms.ValidationError as fault:
                if "More than one" in str(fault) or typed.replace(" ", "").isdigit():
                    self.add_error("place", fault)
        return cleaned

    def evidence(self) -> Evidence:
        """What was said, with the school where the index has it."""
        said = {**self.cleaned_data, "place": str(self.school or self.cleaned_data["place"])[:200]}
        return Evidence(**said, school=self.school)


class NotFoundForm(Form):
    """That a child was not found for now, which a manager says."""

    how = lines("What was done, in a few words?")
    review = DateField(
        label="Look again by", noun="the review date", latest=longest_review, help_text="Within three months."
    )

    def clean_review(self) -> date:
        return to_come(self.cleaned_data["review"])


class MistakeForm(Form):
    """That a child never was missing education."""

    how = lines("What was wrong in the index?", hint="Correct the record too, so that the balance knows it.")


class ReasonForm(Form):
    """Why a child is missing education."""

    reason = forms.ChoiceField(
        label="Why is the child missing education?", choices=CaseReason.choices, widget=RadioSelect()
    )


class GiveForm(Form):
    """Whose a case is."""

    owner = forms.ModelChoiceField(
        label="Whose is the case?", queryset=User.objects.none(), required=False, empty_label="Nobody’s"
    )
    also = Siblings("The cases of brothers and sisters too?")

    def __init__(
        self, *args: Any, people: QuerySet[User], siblings: Collection[tuple[Case, Summary]] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        self._cases = {str(case.pk): case for case, _ in siblings}
        _offer(self, [(str(case.pk), child.name) for case, child in siblings])

    def clean_also(self) -> list[Case]:
        return [self._cases[pk] for pk in self.cleaned_data["also"]]


class KindForm(Form):
    """A step to add to the checklist."""

    name = forms.CharField(label="A step to add", max_length=80)


class NoContactForm(Form):
    """Why nobody may contact a home."""

    reason = lines("Why must nobody contact the home?", hint="Whom it could put in danger, in a few words.", length=300)


class AskAuthorityForm(Form):
    """What another authority is asked, or handed."""

    authority = forms.CharField(label="Which authority?", max_length=120)
    contact = forms.CharField(
        label="Whom there?", max_length=200, help_text="A name or a team, and how they are reached."
    )
    said = lines(
        "What do you ask or tell?",
        hint="No more than they need to find the child: s.436A of the Education Act 1996.",
        length=LONGEST_ANSWER,
    )


class AskedForm(AskAuthorityForm):
    """What another authority asks us, or hands over to us."""

    kind = forms.ChoiceField(
        label="What do they want?",
        choices=[
            (str(RequestKind.ASKED_US), "To know whether we know a child"),
            (str(RequestKind.HANDED_TO_US), "To hand a child over to us"),
        ],
        widget=RadioSelect(),
    )
    name = forms.CharField(label="The child’s name, as they wrote it", max_length=200)
    born = DateField(
        label="The date of birth, as they wrote it", noun="the date of birth", latest=timezone.localdate, required=False
    )
    asked_on = DateField(label="When did they ask?", noun="the day", latest=timezone.localdate)
    field_order = ("kind", "authority", "contact", "name", "born", "said", "asked_on")

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"asked_on": timezone.localdate(), **options.get("initial", {})}
        super().__init__(*args, **options)
        self.fields["said"].label = "What do they ask or tell?"
        self.fields["said"].help_text = "As they put it, and no more than you need."


class AnswerForm(Form):
    """The answer to a request between authorities."""

    outcome = forms.ChoiceField(label="What is the answer?", widget=RadioSelect())
    child = forms.CharField(
        label="Which child of the index is it?",
        required=False,
        max_length=20,
        help_text="The index number. Leave it empty if the index does not have the child.",
    )
    answer = lines("In words", hint="What was told is kept with your name.", length=LONGEST_ANSWER)
    day = DateField(label="On which day?", noun="the day", latest=timezone.localdate)

    def __init__(self, *args: Any, asked: AuthorityRequest, **options: Any) -> None:
        options["initial"] = {"day": timezone.localdate(), **options.get("initial", {})}
        super().__init__(*args, **options)
        self._asked = asked
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one), str(RequestOutcome(one).label)) for one in OUTCOMES[asked.kind]]
        if asked.kind not in OURS_TO_ANSWER or asked.child_id:
            del self.fields["child"]

    def clean_child(self) -> Child | None:
        typed = self.cleaned_data["child"]
        if not typed:
            return None
        try:
            number = read_index_number(typed).value
        except NotValid as fault:
            raise forms.ValidationError(str(fault)) from fault
        found = Child.objects.current().filter(index_number=number).first()
        if found is None:
            raise forms.ValidationError("No child has this number, or another record stands for it. Search again.")
        return found

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self._asked.asked_on:
            raise forms.ValidationError(f"It was asked on {words.day(self._asked.asked_on)}.")
        return day
