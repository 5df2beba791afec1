"""The registry app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils import timezone

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

EVERYBODYS = ("applied_a_file", "undid_a_file", "first_load", "sought_duplicates", "school_succeeded")
"""Reasons of acts that concern everybody in a file, or in the index."""
LOG = ("registry_accesshead", "registry_accessentry", "registry_accesspayload")
"""The tables of the record of looking."""


class RegistryConfig(AppConfig):
    name = "registry"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from functools import partial

        from childindex import access_matrix, navigation, privileges
        from childindex.acts import on_closing
        from childindex.jobs import daily
        from registry import conflicts, letting_go, recording, sections, to_do, working_through
        from registry.access import anchoring
        from registry.benchmarks import balance as measured
        from registry.benchmarks import guesses, subjects
        from registry.disclosure import fields, sending
        from registry.duplicates import checking
        from registry.duplicates import jobs as _registers_its_kind_of_work  # noqa: F401
        from registry.first_load import jobs as _registers_first_loads  # noqa: F401
        from registry.intake import corrections, looking_behind
        from registry.intake import jobs as _registers_reading_files  # noqa: F401
        from registry.list_match import jobs as _registers_matching_lists  # noqa: F401
        from registry.list_match import keeping

        for state in fields.State:
            access_matrix.register_table(str(state), partial(fields.table, state))
        access_matrix.register_table("What a sender may learn", sending.table)
        subjects.register(measured.SUBJECT)
        subjects.register(guesses.SUBJECT)
        conflicts.concerns_everybody(*EVERYBODYS)
        on_closing(conflicts.refuse_family)
        privileges.written_by_functions_alone(*LOG)
        for table in LOG:
            privileges.audited(table)
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
        daily.register("the record of looking was not anchored", anchoring.once_a_day)
        daily.register("files were not let go of", letting_go.once_a_day)
        daily.register("matched lists were not let go of", lambda: keeping.purge(timezone.localdate()))
        daily.register("what waits behind shields was not looked at again", looking_behind.ask_again)
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
