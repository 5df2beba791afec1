"""Pages for tests of the record of looking: some say what they are, some forget to."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import include, path

from childindex.accounts.permissions import requires
from registry import access, disclosure
from registry.models import Child

app_name = "registry"


def names(request, index_number):
    child = Child.objects.get(index_number=index_number)
    return disclosure.disclose([child.pk], to=request.disclosure)[child.pk].name


@requires("view_child")
def record(request, index_number):
    access.note(request, kind="opened", asked={"index_number": index_number})
    return HttpResponse(names(request, index_number))


@requires("view_child")
def forgetful(request, index_number):
    return HttpResponse(names(request, index_number))


@requires("view_child")
def gone(request, index_number):
    names(request, index_number)
    raise Http404


@requires("search_children")
def nobody(request):
    access.note(request, kind="search", asked={"understood": ["surname or forename: khan"]}, purpose="A letter came")
    return HttpResponse("Nobody fits.")


def streamed(noting, declaring):
    @requires("view_child")
    def stream(request):
        ids = list(Child.objects.order_by("pk").values_list("pk", flat=True))
        if noting:
            access.note(request, kind="exported", asked={"list": "everybody"})
        if declaring:
            access.declare(request, ids)
        told = (disclosure.disclose([pk], to=request.disclosure)[pk].name for pk in ids)
        return StreamingHttpResponse(f"{name}\n" for name in told)

    return stream


registry = [
    path("children/<str:index_number>/", record, name="record"),
    path("forgetful/<str:index_number>/", forgetful, name="forgetful"),
    path("gone/<str:index_number>/", gone, name="gone"),
    path("nobody/", nobody, name="nobody"),
    path("declared/", streamed(noting=True, declaring=True), name="declared"),
    path("undeclared/", streamed(noting=True, declaring=False), name="undeclared"),
    path("unnoted/", streamed(noting=False, declaring=False), name="unnoted"),
]
urlpatterns = [
    path("", include((registry, "registry"))),
    path("", include("childindex.urls")),
]
