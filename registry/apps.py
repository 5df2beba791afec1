"""The registry app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.http import HttpRequest

if TYPE_CHECKING:
    from registry.disclosure import RecordView


PAGES = (
    ("search", "Search", "search_children", 10),
    ("work", "My work", "do_work", 11),
    ("balance", "Balance", "see_balance", 12),
    ("duplicates", "Duplicates", "merge_children", 30),
    ("deliveries", "Files", "load_files", 35),
    ("corrections", "Corrections", "load_files", 37),
    ("shields", "Shields", "manage_shields", 38),
    ("behind_shields", "Behind shields", "manage_shields", 39),
    ("merges", "Merged today", "merge_children", 40),
    ("feeds", "Feeds", "load_files", 55),
    ("first_loads", "First load", "manage_feeds", 58),
    ("list_matches", "Match a list", "match_lists", 60),
    ("access_log", "Who looked", "read_access_log", 80),
    ("list_matches_all", "Matched lists", "read_access_log", 85),
)
"""The pages in the navigation: their address, what they are called, for whom, and in which order."""


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from functools import partial

        from childindex import access_matrix, navigation
        from childindex.acts import on_closing
        from registry import recording, sections, to_do, working_through
        from registry.benchmarks import balance as measured
        from registry.benchmarks import guesses, subjects
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
        subjects.register(guesses.SUBJECT)
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
        to_do.register_all()
        navigation.register_working(working_through.where_now)
        navigation.register_search("registry:search", permission="search_children")
        for page, label, permission, order in PAGES:
            navigation.register(f"registry:{page}", label, permission=permission, order=order)


def _joined_records(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    """The section's content; the views are loaded only once it is asked for."""
    from registry.views.merging import joined_records

    return joined_records(request, view)


def _sealed_link(request: HttpRequest, view: RecordView) -> dict[str, Any] | None:
    from registry.views.identities import sealed_link

    return sealed_link(request, view)
