"""The registry app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.http import HttpRequest

if TYPE_CHECKING:
    from registry.disclosure import RecordView


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from functools import partial

        from childindex import access_matrix, navigation
        from childindex.acts import on_closing
        from registry import recording, sections, to_do, working_through
        from registry.benchmarks import balance as measured
        from registry.benchmarks import subjects
        from registry.disclosure import fields
        from registry.duplicates import checking
        from registry.duplicates import jobs as _registers_its_kind_of_work  # noqa: F401
        from registry.first_load import jobs as _registers_first_loads  # noqa: F401
        from registry.intake import corrections
        from registry.intake import jobs as _registers_reading_files  # noqa: F401
        from registry.list_match import jobs as _registers_matching_lists  # noqa: F401

        for state in fields.State:
            access_matrix.register_table(str(state), partial(fields.table, state))
        subjects.register(measured.SUBJECT)
        on_closing(corrections.note_officer)
        on_closing(recording.close)
        on_closing(checking.note_changed)
        on_closing(recording.account_for)
        sections.register(
            sections.Section(
                "merges", "Merged records", "merge_children", "registry/merging/section.html", _joined_records, order=5
            )
        )
        sections.register(
            sections.Section("sealed", "New identity", "seal_identity", "registry/sealed.html", _sealed_link, order=4)
        )
        navigation.register("registry:shields", "Shields", permission="manage_shields", order=38)
        navigation.register("registry:search", "Search", permission="search_children", order=10)
        to_do.register_all()
        navigation.register_working(working_through.where_now)
        navigation.register("registry:work", "My work", permission="do_work", order=11)
        navigation.register("registry:balance", "Balance", permission="see_balance", order=12)
        navigation.register_search("registry:search", permission="search_children")
        navigation.register("registry:duplicates", "Duplicates", permission="merge_children", order=30)
        navigation.register("registry:merges", "Merged today", permission="merge_children", order=40)
        navigation.register("registry:deliveries", "Files", permission="load_files", order=35)
        navigation.register("registry:corrections", "Corrections", permission="load_files", order=37)
        navigation.register("registry:feeds", "Feeds", permission="load_files", order=55)
        navigation.register("registry:first_loads", "First load", permission="manage_feeds", order=58)
        navigation.register("registry:list_matches", "Match a list", permission="match_lists", order=60)
        navigation.register("registry:list_matches_all", "Matched lists", permission="read_access_log", order=85)
        navigation.register("registry:access_log", "Who looked", permission="read_access_log", order=80)


def _joined_records(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    """The section's content; the views are loaded only once it is asked for."""
    from registry.views.merging import joined_records

    return joined_records(request, view)


def _sealed_link(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    from registry.views.identities import sealed_link

    return sealed_link(request, view)
