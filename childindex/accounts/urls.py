"""Addresses of accounts: one's own under `account/`, other people's under `users/`."""

from django.urls import include, path

from childindex.accounts import approving, own, places, views

# Before django-allauth's own, so that these of its pages are not to be had.
NOT_OFFERED = [
    path("signup/", views.not_offered),
    path("email/", views.not_offered),
    path("confirm-email/", views.not_offered),
    path("confirm-email/<str:key>/", views.not_offered),
    path("login/code/confirm/", views.not_offered),
    path("3rdparty/", views.not_offered),
    path("3rdparty/signup/", views.not_offered),
]

urlpatterns = [
    path("account/", include(NOT_OFFERED)),
    path("account/", own.my_account, name="my_account"),
    path("account/places/", places.places, name="places"),
    path("account/second-factor/", own.second_factor, name="second_factor"),
    path("account/still-here/<str:token>/", own.still_here, name="still_here"),
    path("account/invitation/<str:token>/", own.accept_invitation, name="accept_invitation"),
    path("account/", include("allauth.urls")),
    path("users/", views.users, name="users"),
    path("users/invite/", views.invite, name="invite_user"),
    path("users/approvals/", approving.waiting, name="approvals"),
    path("users/approvals/<int:pk>/", approving.approval, name="approval"),
    path("users/places/", places.clashes, name="clashes"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/<slug:code>/", views.deed, name="user_deed"),
]
