"""Addresses of long work."""

from django.urls import path

from childindex.jobs import views

urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("<int:pk>/", views.job, name="job"),
]
