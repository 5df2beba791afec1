"""The pattern pages, asked through the test client or shown in a browser without a server or a database."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from childindex import navigation
from tests.childindex.patterns import Officer

TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
BUILT = Path(settings.BASE_DIR) / "static" / "dist"


@pytest.fixture
def officer() -> Officer:
    return Officer()


@pytest.fixture
def pattern_pages(settings, monkeypatch) -> None:
    """The pattern pages as the site, with nothing registered in the navigation."""
    settings.ROOT_URLCONF = "tests.childindex.patterns"
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_search", {})


@pytest.fixture
def furnished(pattern_pages) -> None:
    """The pattern pages with a navigation and a search box."""
    for order, name in enumerate(("search", "record", "everything")):
        navigation.register(name, name.capitalize(), permission="view_child", order=order)
    navigation.register_search("search", permission="search_children")


def answer(route) -> None:
    """Answer a browser's request from Django and the built files, with the policies that the site sends."""
    request, path = route.request, urlsplit(route.request.url).path
    if path.startswith(settings.STATIC_URL):
        file = BUILT / path.removeprefix(settings.STATIC_URL)
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        return
    sent = {"data": request.post_data_buffer or b"", "content_type": request.headers.get("content-type", "")}
    response = Client().generic(request.method, request.url, **sent)
    route.fulfill(status=response.status_code, body=response.content, headers=dict(response.headers))


@pytest.fixture
def pattern_page(chromium, furnished) -> Iterator:
    """A page of the browser; anything it complains of in its console fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url="http://localhost")
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.route("**/*", answer)
    yield opened
    context.close()
    assert complaints == []
