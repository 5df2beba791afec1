"""The pages of schools' returns and rolls."""

from django.urls import URLPattern, URLResolver, path

from schools.views import own_returns, returns, rolls, staff

app_name = "schools"

urlpatterns: list[URLPattern | URLResolver] = [
    path("returns/", returns.returns, name="returns"),
    path("returns/send/", returns.return_send, name="return_send"),
    path("returns/tables/<int:collection_id>/", returns.collection, name="collection"),
    path("roll/", rolls.roll, name="roll"),
    path("roll/<int:urn>/", rolls.roll_page, name="roll_of"),
    path("roll/<int:urn>/confirm/", rolls.roll_confirm, name="roll_confirm"),
    path("roll/<int:urn>/send/", own_returns.send, name="own_send"),
    path("roll/<int:urn>/returns/", own_returns.own_returns, name="own_returns"),
    path("roll/<int:urn>/returns/<int:delivery_id>/", own_returns.own_return, name="own_return"),
    path("roll/<int:urn>/returns/<int:delivery_id>/problems.csv", own_returns.problems_csv, name="own_problems_csv"),
    path("roll/<int:urn>/corrections/", own_returns.corrections, name="own_corrections"),
    path("school-staff/", staff.staff, name="staff"),
    path("school-staff/<int:post_id>/end/", staff.post_end, name="post_end"),
]
