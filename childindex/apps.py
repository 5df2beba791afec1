"""The ground floor as a Django app."""

from django.apps import AppConfig


class ChildIndexConfig(AppConfig):
    name = "childindex"
    verbose_name = "Child Index"
    default_auto_field = "django.db.models.BigAutoField"
