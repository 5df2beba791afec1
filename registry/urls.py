"""The pages about children."""

from django.urls import URLPattern, URLResolver, path, register_converter

from registry.views import (
    adding,
    children,
    duplicates,
    editing,
    history,
    home,
    looking,
    merging,
    record,
    search,
    unmerging,
)
from registry.views.opening import IndexNumberConverter

app_name = "registry"

register_converter(IndexNumberConverter, "index_number")

CHILD = "children/<index_number:index_number>/"
FACT = f"{CHILD}<str:kind>/<int:fact_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("search/", search.search_page, name="search"),
    path("children/add/", adding.child_add, name="child_add"),
    path(CHILD, record.overview, name="record"),
    path(f"{CHILD}household/", record.household, name="household"),
    path(f"{CHILD}schools/", record.schools, name="schools"),
    path(f"{CHILD}sections/<slug:code>/", record.section, name="record_section"),
    path(f"{CHILD}print/", record.print_record, name="print"),
    path(f"{CHILD}history/", history.history, name="history"),
    path(f"{CHILD}history/<int:act_id>/undo/", history.undo_act, name="undo"),
    path(f"{CHILD}who-looked/", looking.child_access, name="child_access"),
    path(f"{CHILD}correct/", children.child_correct, name="child_correct"),
    path(f"{CHILD}same/", merging.merge_choose, name="merge_choose"),
    path(f"{CHILD}same/<index_number:other>/", merging.merge_two, name="merge"),
    path(f"{CHILD}shield/", children.shield, name="shield"),
    path(f"{CHILD}add/<str:kind>/", editing.fact_add, name="fact_add"),
    path(f"{CHILD}carers/<int:care_id>/", children.carer_edit, name="carer_edit"),
    path(f"{FACT}which/", editing.fact_which, name="fact_which"),
    path(f"{FACT}change/", editing.fact_edit, {"doing": "change"}, name="fact_change"),
    path(f"{FACT}correct/", editing.fact_edit, {"doing": "correct"}, name="fact_correct"),
    path(f"{FACT}end/", editing.fact_edit, {"doing": "end"}, name="fact_end"),
    path(f"{FACT}remove/", editing.fact_edit, {"doing": "remove"}, name="fact_remove"),
    path(f"{FACT}pin/", children.fact_pin, name="fact_pin"),
    path(f"{FACT}unpin/", children.fact_unpin, name="fact_unpin"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/next/", duplicates.duplicates_next, name="duplicates_next"),
    path("duplicates/find/", duplicates.duplicates_find, name="duplicates_find"),
    path("duplicates/<int:suspicion_id>/", duplicates.duplicate, name="duplicate"),
    path("duplicates/<int:suspicion_id>/ask/", duplicates.duplicate_ask, name="duplicate_ask"),
    path("merges/", merging.merges, name="merges"),
    path("merges/<int:merge_id>/", unmerging.unmerge_two, name="unmerge"),
    path("who-looked/", looking.access_log, name="access_log"),
    path("who-looked/export/", looking.access_log_export, name="access_log_export"),
    path("who-looked/<int:entry_id>/", looking.access_log_entry, name="access_log_entry"),
]
