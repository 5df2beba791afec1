"""The forms of services, involvements, concerns and requests to make contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from agencies import roles
from agencies.involving import Basis, Known
from agencies.listed import Entry
from agencies.models import (
    Capacity,
    ConcernKind,
    ConsentOf,
    EndReason,
    Often,
    Organisation,
    Outcome,
    Practitioner,
    Service,
    What,
    Whose,
)
from agencies.models.concerns import LONGEST
from agencies.raising import REVIEWED_WITHIN
from childindex import words
from childindex.forms import DateField, Form, ModelForm, RadioSelect
from registry.disclosure import Summary
from registry.editing.forms import text
from registry.identifiers import NotValid, read_telephone

NARROW = {"class": "govuk-input--width-10"}
WIDE = {"class": "govuk-input--width-20"}
LINES = {"rows": 3}
NONE = [("", "No consent is recorded")]


def _telephone(form: forms.BaseForm, name: str) -> str:
    typed: str = form.cleaned_data[name]
    try:
        return str(read_telephone(typed)) if typed else ""
    except NotValid as fault:
        raise forms.ValidationError(str(fault)) from fault


class PracticeField(forms.ModelChoiceField):
    """For which of somebody's services."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.service)


class OfAService(Form):
    """A form that is filled in for a service: it is asked for which only where somebody works for several."""

    practice = PracticeField(
        label="For which service?", queryset=Practitioner.objects.none(), widget=RadioSelect(), empty_label=None
    )

    def __init__(self, *args: Any, practices: QuerySet[Practitioner], **options: Any) -> None:
        self.held = list(practices)
        usual = {"practice": self.held[0].pk if self.held else None}
        options["initial"] = {**usual, **options.get("initial", {})}
        super().__init__(*args, **options)
        field = self.fields["practice"]
        assert isinstance(field, PracticeField)
        field.queryset = practices
        if len(self.held) == 1:
            field.widget = field.hidden_widget()


class KnownForm(OfAService):
    """That a child, or a family, is known to one's service."""

    contact = text("How you are reached about this child, if not by your usual number", length=120, attrs={})
    since = DateField(label="Known since", noun="the first day", latest=timezone.localdate)
    is_lead = forms.BooleanField(label="I am the lead professional", required=False)
    family = forms.MultipleChoiceField(
        label="The brothers and sisters too?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They live at the same address, or have the same carers.",
    )
    listed = forms.BooleanField(required=False)
    consent_of = forms.ChoiceField(label="Who has consented?", choices=[*NONE, *ConsentOf.choices], required=False)
    consent_capacity = forms.ChoiceField(
        label="On what footing?", choices=[("", "Choose, if there is consent"), *Capacity.choices], required=False
    )
    consent_on = DateField(
        label="On which day?", noun="the day of the consent", required=False, latest=timezone.localdate
    )
    suspected_harm = text(
        "Or: the reasonable cause to suspect significant harm",
        length=300,
        attrs={},
        hint="A few words. Where it is given, the withdrawal of consent does not hide that the service is involved.",
    )
    BASIS = ("consent_of", "consent_capacity", "consent_on", "suspected_harm")

    def __init__(
        self,
        *args: Any,
        practices: QuerySet[Practitioner],
        family: Sequence[Summary],
        lead: bool,
        listed: Entry | None,
        agrees: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, practices=practices, initial={"since": timezone.localdate()}, **options)
        self.entry = listed
        if listed is None:
            del self.fields["listed"]
        else:
            born = f", born {words.day(listed.birth)}," if listed.birth else ""
            self.fields["listed"].label = f"It is the child whom your list calls {listed.name}{born}".rstrip(",")
            self.fields["listed"].initial = agrees
        if not any(one.service.is_sensitive for one in self.held):
            for name in self.BASIS:
                del self.fields[name]
        if not lead or all(one.service.is_sensitive for one in self.held):
            del self.fields["is_lead"]
        if family:
            self.fields["family"].choices = [(str(one.child_id), one.name) for one in family]  # type: ignore[attr-defined]
        else:
            del self.fields["family"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [name for name in ("consent_of", "consent_capacity", "consent_on") if cleaned.get(name)]
        if said and len(said) < 3 and not self.errors:
            lacking = next(name for name in ("consent_of", "consent_capacity", "consent_on") if name not in said)
            self.add_error(lacking, "Of consent, say who gave it, on what footing and on which day.")
        return cleaned

    def known(self) -> Known:
        said = self.cleaned_data
        practice: Practitioner = said["practice"]
        basis = Basis(
            consent_of=said.get("consent_of", ""),
            consent_capacity=said.get("consent_capacity", ""),
            consent_on=said.get("consent_on"),
            suspected_harm=said.get("suspected_harm", ""),
        )
        return Known(practice.service, practice, said["contact"], said["since"], bool(said.get("is_lead")), basis)

    def means(self) -> Entry | None:
        """The entry of the service's own list that the person says means this child."""
        ours = self.entry is not None and self.entry.service_id == self.cleaned_data["practice"].service.pk
        return self.entry if ours and self.cleaned_data.get("listed") else None

    def others(self) -> list[int]:
        """Ids of the brothers and sisters who are known too."""
        return [int(pk) for pk in self.cleaned_data.get("family", ())]


class EndForm(Form):
    """An involvement ends."""

    reason = forms.ChoiceField(
        label="Why does it end?",
        choices=[one for one in EndReason.choices if one[0] not in (EndReason.HANDED_OVER, EndReason.UNLISTED)],
        widget=RadioSelect(),
    )
    on = DateField(label="With which day?", noun="the last day", latest=timezone.localdate)


class HandOverForm(Form):
    """Another service takes over."""

    to = forms.ModelChoiceField(
        label="To which service?",
        queryset=Service.objects.filter(is_active=True, is_sensitive=False),
        empty_label="Choose",
        error_messages={"required": "Choose the service."},
    )
    on = DateField(label="With which day does yours end?", noun="the last day", latest=timezone.localdate)


class WithdrawForm(Form):
    """Consent is withdrawn."""

    on = DateField(label="On which day was consent withdrawn?", noun="the day", latest=timezone.localdate)


def _latest_review() -> date:
    return timezone.localdate() + REVIEWED_WITHIN


class ConcernForm(OfAService):
    """A cause for concern, and who is to be told."""

    kind = forms.ModelChoiceField(
        label="What is it about?",
        queryset=ConcernKind.objects.filter(is_active=True),
        empty_label="Choose",
        error_messages={"required": "Choose what it is about."},
    )
    basis = forms.CharField(
        label="On what is it based?",
        max_length=LONGEST,
        widget=forms.Textarea(attrs=LINES),
        help_text=f"What you saw or heard, in a few words: at most {LONGEST} characters. Your own file has the rest.",
    )
    audience = forms.MultipleChoiceField(
        label="Who is to be told?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Take away the tick of whoever is not to know.",
    )
    review_date = DateField(
        label="By when do you look at it again?", noun="the review date", latest=_latest_review,
        help_text=f"Within {REVIEWED_WITHIN.days} days. For example, 18 12 2026",
    )  # fmt: skip

    def __init__(
        self, *args: Any, practices: QuerySet[Practitioner], audience: Sequence[tuple[str, str]], **options: Any
    ) -> None:
        usual = {
            "audience": [value for value, _ in audience],
            "review_date": timezone.localdate() + timedelta(days=28),
        }
        super().__init__(*args, practices=practices, initial=usual, **options)
        if audience:
            self.fields["audience"].choices = audience  # type: ignore[attr-defined]
        else:
            del self.fields["audience"]


class KindForm(ModelForm):
    """A kind of concern."""

    class Meta:
        model = ConcernKind
        fields = ("name",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = "What is the kind called?"
        self.fields["name"].help_text = "Such as: home and care. Practitioners choose it from a list."
        self.fields["name"].widget.attrs["class"] = "govuk-input--width-20"


class CloseForm(Form):
    """What became of a concern."""

    outcome = forms.ChoiceField(label="What came of it?", choices=Outcome.choices, widget=RadioSelect())
    how = forms.CharField(
        label="What was done, in a few words?", required=False, max_length=LONGEST, widget=forms.Textarea(attrs=LINES)
    )


class ContactForm(OfAService):
    """Why the index team should make contact."""

    why = forms.CharField(label="Why do you need to speak to them?", max_length=300, widget=forms.Textarea(attrs=LINES))


class AnswerForm(Form):
    """What the index team did."""

    answer = forms.CharField(
        label="What do you tell the service that asked?",
        max_length=300,
        widget=forms.Textarea(attrs=LINES),
        help_text="Such as: they will ring you on Monday. Do not name the hidden service.",
    )


class ServiceForm(ModelForm):
    """A service and how it is reached."""

    organisation_name = forms.CharField(
        label="Which organisation runs it?", max_length=120, widget=forms.TextInput(attrs=WIDE)
    )
    field_order = ("organisation_name",)

    class Meta:
        model = Service
        fields = (
            "name", "kind", "telephone", "duty_telephone", "email", "hours", "gateway", "is_universal", "is_sensitive",
            "hears_concerns", "is_active",
        )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["organisation_name"].initial = str(self.instance.organisation) if self.instance.pk else ""
        hints = {
            "duty_telephone": "Answered outside the usual hours too, if there is one.",
            "hours": "Such as: Monday to Friday, 8:30 to 17:00.",
            "gateway": "By what law it says that it knows a child. Such as: Children Act 2004, s.16LA.",
            "is_sensitive": "Sexual health, mental health, substance misuse: named to its own people alone.",
            "hears_concerns": "It is told of every cause for concern, whoever raises it.",
        }
        for name, hint in hints.items():
            self.fields[name].help_text = hint
        for name in ("name", "email", "hours", "gateway"):
            self.fields[name].widget.attrs["class"] = "govuk-input--width-20"
        for name in ("telephone", "duty_telephone"):
            self.fields[name].widget.attrs["class"] = "govuk-input--width-10"

    def clean_telephone(self) -> str:
        return _telephone(self, "telephone")

    def clean_duty_telephone(self) -> str:
        return _telephone(self, "duty_telephone")

    def clean(self) -> dict[str, Any]:
        """Find the organisation, or name a new one, so that the service can be said to be named twice."""
        cleaned = super().clean() or {}
        name = " ".join((cleaned.get("organisation_name") or "").split())
        held = Organisation.objects.filter(name__iexact=name).first() if name else None
        self.instance.organisation = held or Organisation(name=name)
        others = Service.objects.filter(organisation=held, name=cleaned.get("name", "")).exclude(pk=self.instance.pk)
        if held is not None and others.exists():
            self.add_error("name", "This organisation has a service of this name already.")
        return cleaned

    def write(self) -> Service:
        """Save the service, and its organisation where it is new. Inside an act."""
        organisation = self.instance.organisation
        if organisation.pk is None:
            organisation.save()
            self.instance.organisation = organisation
        return self.save()


class ClientListForm(Form):
    """A list of whom a service knows."""

    file = forms.FileField(
        label="The file",
        help_text="CSV or XLSX, with a row of headings in any order: your own number for the child, surname, forename,"
        " date of birth, and whatever else you have of NHS number, UPN, sex and postcode.",
        error_messages={"required": "Choose the file.", "empty": "This file is empty."},
    )
    whole = forms.ChoiceField(
        label="Whom does it list?",
        choices=[("full", "Everybody whom the service knows now"), ("part", "Only some of them, such as the new ones")],
        widget=RadioSelect(hints={"full": "Whoever is missing from it is asked about: has it ended?"}),
    )
    as_of = DateField(label="On which day was it true?", noun="the day", latest=timezone.localdate)

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"as_of": timezone.localdate()})
        super().__init__(*args, **options)


class InviteForm(Form):
    """Somebody who works for a service."""

    full_name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs=WIDE))
    email = forms.EmailField(label="Email address", max_length=254, help_text="Of their work.")
    job_title = text("Job title", length=80, attrs=WIDE)
    telephone = text("Telephone", length=30, attrs=NARROW)
    role = forms.ChoiceField(
        label="What do they do?",
        choices=[(code, label) for code, (label, _, _) in roles.ALL.items()],
        widget=RadioSelect(hints={code: description for code, (_, description, _) in roles.ALL.items()}),
    )

    def clean_telephone(self) -> str:
        return _telephone(self, "telephone")


class RightForm(Form):
    """Why somebody is to override shields."""

    reason = forms.CharField(
        label="Why does their work need it?",
        help_text="Kept, and told to whoever approves it. No details about children.",
        max_length=500,
        widget=forms.Textarea(attrs=LINES),
    )


class SubscriptionsForm(Form):
    """What somebody wants to hear of: for each kind of news of whom, and how often."""

    def __init__(self, *args: Any, chosen: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        for what, label in What.choices:
            whose, often = chosen[what]
            self.fields[f"{what}_often"] = forms.ChoiceField(
                label=label, choices=Often.choices, initial=often, widget=RadioSelect(attrs={"inline": True})
            )
            self.fields[f"{what}_whose"] = forms.ChoiceField(label="Of whom?", choices=Whose.choices, initial=whose)

    def wanted(self) -> dict[str, tuple[str, str]]:
        said = self.cleaned_data
        return {what: (said[f"{what}_whose"], said[f"{what}_often"]) for what in What.values}
