"""The pages of schools' returns and rolls."""

from django.urls import URLPattern, URLResolver, path

from schools.views import returns, rolls, staff

app_name = "schools"

urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", returns.returns, name="returns"),
    path("returns/send/", returns.return_send, name="return_send"),
    path("returns/tables/<int:collection_id>/", returns.collection, name="collection"),
    path("roll/", rolls.roll, name="roll"),
    path("roll/<int:urn>/", rolls.roll_page, name="roll_of"),
    path("roll/<int:urn>/confirm/", rolls.roll_confirm, name="roll_confirm"),
    path("school-staff/", staff.staff, name="staff"),
    path("school-staff/<int:post_id>/end/", staff.post_end, name="post_end"),
]
