"""Fixtures that open the site in Chromium, as staff do.

`live_site` serves over HTTP from a database of the test's own. `browser_page` is a page in Debian's Chromium that fails
the test on any error in the browser's console, which is where a breach of the Content-Security-Policy shows.
`fit` checks a page against WCAG 2.2 AA, wide and narrow.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = ["target-size", "scrollable-region-focusable", "color-contrast", "link-in-text-block", "meta-viewport"]
WIDTHS = {1280: {"type": "tag", "values": TAGS}, 320: {"type": "rule", "values": NARROW}}
"""How wide a page is looked at, and by which of axe-core's rules: what the second leaves out knows of no layout."""
VIOLATIONS = """
    chosen => axe.run({runOnly: chosen, resultTypes: ["violations"]}).then(all => all.violations)
"""
MISSING = "Chromium is missing, so nothing is tried in a browser. Install it: apt-get install chromium"


@pytest.fixture
def live_site(own_database):
    """The address of the site, served by threads of this process."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium. Skips where it is missing, except under CI, which must not pass without it."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code and gives connections of
    # its own: they go on with the one that is open.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    before = connections["default"]
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        connections["default"] = before
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium, live_site):
    """Makes pages in contexts of their own: `new_page(width=320)`, `new_page(java_script_enabled=False)`."""
    contexts, complaints = [], []

    def make(*, width=1280, height=900, **options):
        viewport = {"width": width, "height": height}
        context = chromium.new_context(base_url=live_site, viewport=viewport, locale="en-GB", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not [text for text in complaints if not is_expected(text)]


def is_expected(complaint):
    """Chromium writes every answer of 400 and above to its console; tests that provoke one check it themselves."""
    return complaint.startswith("Failed to load resource: the server responded with a status of 4")


@pytest.fixture
def browser_page(new_page):
    return new_page()


@pytest.fixture
def sign_in(live_site):
    """`sign_in(page, user)`: as after password and second factor, without the pages that ask for them."""

    def enter(page, user):
        client = Client()
        client.force_login(user)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        host = urlsplit(live_site).hostname
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": host, "path": "/", "httpOnly": True}]
        )

    return enter


@pytest.fixture(scope="session")
def fit():
    """`fit(page)`: fails with what is wrong with the page as it stands, at a desk and on a telephone.

    axe-core examines it once, and again narrow by the rules that a narrow page may break; nothing spills over sideways
    at either width. `fit(page, "returns-list")` keeps a picture of both where SHOTS names a folder.
    """
    source = AXE.read_text()

    def examine(page, picture=""):
        wait_until_whole(page)
        page.evaluate(source)
        found, opened_at = [], page.viewport_size
        for width, chosen in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": opened_at["height"]})
            found += [f"{width} wide: {described(one)}" for one in page.evaluate(VIOLATIONS, chosen)]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{width} wide: the page spills over sideways.")
            if picture and "SHOTS" in os.environ:
                page.screenshot(path=f"{os.environ['SHOTS']}/{picture}-{width}.png", full_page=True)
        page.set_viewport_size(opened_at)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return examine


def wait_until_whole(page):
    """Wait for a page that still arrives when a click returns. Not by `wait_for_function`, which the CSP forbids."""
    for _ in range(500):
        if page.evaluate("document.readyState") == "complete":
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"The page at {page.url} does not come to an end.")


def described(violation):
    places = ", ".join(" ".join(node["target"]) for node in violation["nodes"])
    return f"{violation['id']}: {violation['help']} ({places})"
