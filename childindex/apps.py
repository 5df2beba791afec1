"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.core import checks


class ChildIndexConfig(AppConfig):
    name = "childindex"
    verbose_name = "Child Index"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex.navigation import check_items, register

        register("users", "Accounts", permission="manage_users", order=90)
        checks.register(check_items, checks.Tags.urls)
