"""The guard in front of views."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views import View

from childindex.accounts.permissions import Requires, requires
from childindex.roles import UnknownPermission


@requires("view_child")
def by_function(request):
    return HttpResponse("seen")


class ByClass(Requires, View):
    required_permission = "view_child"

    def get(self, request):
        return HttpResponse("seen")


@pytest.fixture(params=[by_function, ByClass.as_view()], ids=["function", "class"])
def view(request):
    return request.param


def ask(rf, view, user, **headers):
    request = rf.get("/children/?q=khan", **headers)
    request.user = user
    return view(request)


def test_somebody_with_the_permission_is_let_through(rf, view, data_officer):
    assert ask(rf, view, data_officer).content == b"seen"


def test_somebody_signed_out_signs_in_and_comes_back(rf, view, signed_out):
    assert ask(rf, view, signed_out)["Location"] == "/account/login/?next=/children/%3Fq%3Dkhan"


@pytest.mark.parametrize("who", ["governance", "outsider"])
def test_somebody_without_the_permission_is_refused_in_words(rf, view, request, who):
    with pytest.raises(PermissionDenied, match="may not open a child's record"):
        ask(rf, view, request.getfixturevalue(who))


def test_somebody_whose_training_ran_out_is_told_so(rf, view, data_officer, settings):
    settings.REFUSE_AFTER_REVIEW_DATE = True
    data_officer.training_review_date = data_officer.created_at.date().replace(year=2020, day=1)

    with pytest.raises(PermissionDenied, match="Your training should have been reviewed by now"):
        ask(rf, view, data_officer)


@pytest.mark.parametrize(
    ("came_from", "back"),
    [("http://testserver/children/1/", "http%3A//testserver/children/1/"), ("https://evil.example/", "/"), ("", "/")],
)
def test_a_form_sent_after_signing_out_leads_back_to_its_page_and_nowhere_else(rf, signed_out, came_from, back):
    request = rf.post("/children/1/save/", headers={"Referer": came_from})
    request.user = signed_out

    assert by_function(request)["Location"] == f"/account/login/?next={back}"


def test_a_view_cannot_ask_for_a_permission_that_nobody_declared():
    with pytest.raises(UnknownPermission):
        requires("veiw_child")
