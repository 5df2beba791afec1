"""Forms as they stand on a page, to send them again with rubbish in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from django.test import Client
from hypothesis.strategies import SearchStrategy, fixed_dictionaries, one_of, sampled_from

from tests import walks

RUBBISH = (
    "\x00",
    "-1",
    "9" * 30,
    "31/02/2015",
    "0000-00-00",
    "'\"%s{}<b>;--",
    "ẞ😀\u202e\u0301",
    "x" * 70_000,
)


@dataclass
class Form:
    """Where a form is sent, how, and what stands in it."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, set[str]] = field(default_factory=dict)

    @property
    def sort(self) -> tuple[object, ...]:
        """What makes two forms the same to test: a question whatever the page it stands on, a deed by its address."""
        return (*urlsplit(self.action)[2 : 3 if self.method == "get" else 4], *self.values)

    def spoilt(self) -> Iterator[dict[str, str]]:
        """The form with rubbish in every field, and with each field spoilt alone, or missing."""
        yield dict.fromkeys(self.values, RUBBISH[0])
        for place, name in enumerate(self.values):
            yield self.values | {name: RUBBISH[place % len(RUBBISH)]}
        yield {}

    def send(self, browser: Client, values: dict[str, str]) -> walks.Answer:
        """The answer to the form with these values."""
        if self.method == "get":
            return walks.visit(browser, f"{urlsplit(self.action).path}?{urlencode(values)}")
        return walks.visit(browser, self.action, sent=values)


def forms_on(address: str, html: str) -> list[Form]:
    """The forms of a page, but for signing out."""
    reader = _Reader(address)
    reader.feed(html)
    return [form for form in reader.forms if "logout" not in form.action]


def questions(forms: Sequence[Form], typed: Sequence[str]) -> SearchStrategy[str]:
    """Addresses that ask something of the pages with these forms: each field left out, chosen from, or typed into."""
    asked = {form.sort: form for form in forms if form.method == "get"}

    def of(form: Form) -> SearchStrategy[str]:
        path = urlsplit(form.action).path
        names = [*form.values, "page", "sort", "order"]
        values = {name: sampled_from([*sorted(form.choices.get(name, ())), *typed]) for name in names}
        said = fixed_dictionaries({}, optional=values)
        return said.map(lambda query: f"{path}?{urlencode(query)}")

    return one_of(*map(of, asked.values()))


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.forms, self.select = address, [], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, said.get("action", ""))
            self.forms.append(Form(action, said.get("method", "get").lower()))
        name = said.get("name", "")
        values = self.forms[-1].values if self.forms else {}
        chosen = said.get("type") not in {"radio", "checkbox"} or "checked" in said or name not in values
        if tag in {"input", "textarea", "button"} and name not in {"", "csrfmiddlewaretoken"} and chosen:
            values[name] = said.get("value", "")
        if tag == "select" and name:
            self.select = name
            values[name] = ""
        if self.forms and name and tag in {"input", "button"}:
            self.forms[-1].choices.setdefault(name, set()).add(said.get("value", ""))
        if tag == "option" and self.select and self.forms:
            self.forms[-1].choices.setdefault(self.select, set()).add(said.get("value", ""))
        if tag == "option" and self.select and ("selected" in said or not values[self.select]):
            values[self.select] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
