"""The ground floor as a Django app."""

from django.apps import AppConfig
from django.core import checks
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class ChildIndexConfig(AppConfig):
    name = "childindex"
    verbose_name = "Child Index"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from childindex import database_roles, privileges
        from childindex.jobs.kinds import check_pages
        from childindex.navigation import check_items, register

        privileges.audited("childindex_purge", "id", "at", "what", "rows", "finished_at")
        register("jobs", "Long work", permission="watch_jobs", order=85)
        register("users", "Accounts", permission="manage_users", order=90)
        register("approvals", "Approvals", permission="approve_rights", order=91)
        connection_created.connect(database_roles.refuse_owner, dispatch_uid="refuse_owner")
        post_migrate.connect(privileges.grant, sender=self, dispatch_uid="grant")
        checks.register(check_items, checks.Tags.urls)
        checks.register(check_pages, checks.Tags.urls)
