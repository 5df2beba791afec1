"""Nothing that somebody signed in is answered stays on the machine that they used."""

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from childindex.accounts.middleware import NotStored
from tests import walks
from tests.cast import PASSWORD, opened_again
from tests.worlds import small_world


def test_no_answer_to_somebody_signed_in_is_stored_pages_files_and_refusals_alike(db, browser_of, unwatched):
    world = small_world()
    browsers = {role: browser_of(world.people[role]) for role in ("custodian", "data_manager", "head")}
    kept, kinds = [], set()

    for found in walks.addresses(world).values():
        for role, browser in browsers.items():
            answer = opened_again(browser).get(found[0])
            kinds.add((answer.status_code, answer.headers.get("Content-Type", "").partition(";")[0]))
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                kept.append((role, found[0]))

    assert kept == []
    assert {(200, "text/html"), (200, "text/csv"), (403, "text/html"), (404, "text/html")} <= kinds


def test_the_answers_that_sign_in_and_out_are_not_stored(client, data_officer):
    signed_in = client.post(reverse("account_login"), {"login": data_officer.email, "password": PASSWORD})
    out = client.post(reverse("account_logout"))

    assert all("no-store" in answer["Cache-Control"] for answer in (signed_in, out))


def test_a_view_may_say_otherwise(rf, data_officer):
    def view(request):
        return HttpResponse(headers={"Cache-Control": "private, max-age=60"})

    request = rf.get("/")
    request.user = data_officer

    assert NotStored(view)(request)["Cache-Control"] == "private, max-age=60"


def test_static_files_are_stored():
    file = next(path for path in (settings.BASE_DIR / "static" / "dist").rglob("*.css"))
    address = settings.STATIC_URL + str(file.relative_to(settings.BASE_DIR / "static" / "dist"))

    assert "no-store" not in Client().get(address).headers.get("Cache-Control", "")
