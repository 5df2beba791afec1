"""Between the pages and the people: no answer that shows a child leaves before its entry is written.

The comparison needs no co-operation: disclosure notes every view it hands out in the request's context, whatever the
page does. A page that forgets to say what it is fails, in production without a word about any child. Where an entry
cannot be written, nothing is answered either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase

from registry.access import chain
from registry.access.noting import LookingNotRecorded, Note, noted, plain
from registry.disclosure import Context
from registry.models import AccessKind

Respond = Callable[[HttpRequest], HttpResponseBase]


class AccessMiddleware:
    """Gives each request its disclosure context, and writes down what came of it. Stands next to the views."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.disclosure = context = Context(user=request.user)  # type: ignore[attr-defined,arg-type]
        response = self.respond(request)
        entry = Entry(request, context)
        if hasattr(request, "_raised"):
            entry.write_refusal(request._raised)
            return response
        entry.write()
        if isinstance(response, StreamingHttpResponse):
            if response.is_async:
                raise LookingNotRecorded("An answer streamed asynchronously cannot be held until it is recorded.")
            stream = cast(Iterator[bytes], response.streaming_content)
            response.streaming_content = entry.before_each(iter(stream))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Remember that the page itself gave no answer; what is shown instead holds nothing of a child."""
        request._raised = exception  # type: ignore[attr-defined]


class Entry:
    """What is recorded of one request: one entry, and one more for each time a stream shows somebody new."""

    def __init__(self, request: HttpRequest, context: Context) -> None:
        self.request = request
        self.context = context
        self.recorded: set[int] = set()
        self.first: int | None = None

    def write(self) -> None:
        """Write down what was noted and who was shown. Raises LookingNotRecorded for a page that noted nothing."""
        said = noted(self.request)
        if said is None and self.context.shown:
            raise LookingNotRecorded(f"{self.page} shows children and has noted nothing: call access.note(request, …).")
        if said is not None:
            self._record(said, self.context.shown)

    def write_refusal(self, raised: Exception) -> None:
        """Write down that somebody was refused, and what they had asked for; other failures show nobody anything."""
        if isinstance(raised, PermissionDenied) and self.context.user.is_authenticated:
            match = self.request.resolver_match
            asked = {**(match.kwargs if match else {}), "why": str(raised)}
            self._record(Note(AccessKind.REFUSED, asked), self.context.shown)

    def before_each(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """The chunks of a stream, each held back until everybody shown so far is recorded."""
        for chunk in chunks:
            if not self.context.shown <= self.recorded:
                self._continue()
            yield chunk

    def _continue(self) -> None:
        said = noted(self.request)
        if said is None:
            raise LookingNotRecorded(f"{self.page} streams children and has noted nothing.")
        asked = {**said.asked, "continues": self.first} if self.first else said.asked
        self._record(Note(said.kind, asked), self.context.shown - self.recorded)

    def _record(self, said: Note, shown: set[int]) -> None:
        children, index_numbers = chain.known_by(sorted(shown), self.context.numbers)
        entry = chain.record(
            by=self.context.user if self.context.user.is_authenticated else None,
            kind=said.kind,
            looked=chain.Looked(
                page=self.page,
                asked=plain({**self._about, **said.asked}),
                purpose=self.context.purpose,
                case_reference=self.context.case,
                children=children,
                index_numbers=index_numbers,
            ),
        )
        self.recorded |= shown
        self.first = self.first or entry

    @property
    def _about(self) -> dict[str, Any]:
        """Whose record the page is, and whether what shields hide was to be seen on it."""
        match = self.request.resolver_match
        about = {key: value for key, value in (match.kwargs if match else {}).items() if key == "index_number"}
        return {**about, "behind_shields": True} if self.context.may_see_shielded else about

    @property
    def page(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match else ""
