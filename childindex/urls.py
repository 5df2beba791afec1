"""Every address of the site. Apps are named as strings, so that nothing here imports upwards."""

from django.urls import include, path

from childindex.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("childindex.accounts.urls")),
    path("jobs/", include("childindex.jobs.urls")),
    path("", include("schools.urls")),
    path("", include("agencies.urls")),
    path("", include("registry.urls")),
]
