"""The pages of schools' returns and rolls."""

from django.urls import URLPattern, URLResolver, path

from schools.views import returns

app_name = "schools"

urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", returns.returns, name="returns"),
    path("returns/send/", returns.return_send, name="return_send"),
    path("returns/tables/<int:collection_id>/", returns.collection, name="collection"),
]
