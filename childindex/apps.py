"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.core import checks


class ChildIndexConfig(AppConfig):
    name = "childindex"
    verbose_name = "Child Index"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex.jobs.kinds import check_pages
        from childindex.navigation import check_items, register

        register("jobs", "Long work", permission="watch_jobs", order=85)
        register("users", "Accounts", permission="manage_users", order=90)
        register("approvals", "Approvals", permission="approve_rights", order=91)
        checks.register(check_items, checks.Tags.urls)
        checks.register(check_pages, checks.Tags.urls)
