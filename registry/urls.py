"""The pages about children."""

from django.urls import URLPattern, URLResolver, path, register_converter

from registry.views import (
    adding,
    balance,
    children,
    conflicts,
    corrections,
    deciding,
    deliveries,
    duplicates,
    editing,
    feeds,
    first_loads,
    history,
    home,
    identities,
    list_match,
    looking,
    merging,
    record,
    search,
    shields,
    undoing,
    unmerging,
    working,
)
from registry.views.opening import IndexNumberConverter

app_name = "registry"

register_converter(IndexNumberConverter, "index_number")

CHILD = "children/<index_number:index_number>/"
FACT = f"{CHILD}<str:kind>/<int:fact_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("search/", search.search_page, name="search"),
    path("work/", working.work, name="work"),
    path("balance/", balance.balance, name="balance"),
    path("balance/movements/", balance.balance_movements, name="balance_movements"),
    path("balance/<slug:code>/", balance.balance_line, name="balance_line"),
    path("balance/<slug:code>/list.csv", balance.balance_csv, name="balance_csv"),
    path("relatives/", conflicts.relatives, name="relatives"),
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
    path(f"{CHILD}shield/review/", shields.shield_review, name="shield_review"),
    path(f"{CHILD}shield/ask/", shields.shield_ask, name="shield_ask"),
    path(f"{CHILD}new-identity/", identities.new_identity, name="new_identity"),
    path("shields/", shields.shields, name="shields"),
    path("shields/requests/", shields.requests, name="shield_requests"),
    path("shields/requests/<int:request_id>/", shields.request_for_a_shield, name="shield_request"),
    path("relatives/homes/", conflicts.homes, name="homes"),
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

urlpatterns += [
    path("files/", deliveries.deliveries, name="deliveries"),
    path("files/send/", deliveries.delivery_send, name="delivery_send"),
    path("files/send/<slug:code>/", deliveries.delivery_send_by, name="delivery_send_by"),
    path("files/<int:delivery_id>/", deliveries.delivery, name="delivery"),
    path("files/<int:delivery_id>/read/", deliveries.delivery_read, name="delivery_read"),
    path("files/<int:delivery_id>/apply/", deliveries.delivery_apply, name="delivery_apply"),
    path("files/<int:delivery_id>/release/", deliveries.delivery_release, name="delivery_release"),
    path("files/<int:delivery_id>/undo/", undoing.delivery_undo, name="delivery_undo"),
    path("files/<int:delivery_id>/problems.csv", deliveries.delivery_problems_csv, name="delivery_problems_csv"),
    path("files/<int:delivery_id>/next/", deciding.delivery_next, name="delivery_next"),
    path("files/<int:delivery_id>/rows/<int:row_id>/", deciding.delivery_row, name="delivery_row"),
    path("files/<int:delivery_id>/rows/<int:row_id>/ask/", deciding.delivery_row_ask, name="delivery_row_ask"),
    path("files/<int:delivery_id>/rows/<int:row_id>/alike/", deciding.delivery_alike, name="delivery_alike"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<slug:code>/", corrections.corrections_of, name="corrections_of"),
    path("corrections/<slug:code>/list.csv", corrections.corrections_csv, name="corrections_csv"),
    path("corrections/<slug:code>/<int:correction_id>/", corrections.correction_close, name="correction_close"),
]

urlpatterns += [
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/add/", feeds.feed_add, name="feed_add"),
    path("feeds/rules/", feeds.feed_rules, name="feed_rules"),
    path("feeds/of/<slug:code>/", feeds.feed, name="feed"),
    path("feeds/of/<slug:code>/change/", feeds.feed_change, name="feed_change"),
    path("feeds/of/<slug:code>/rules/<slug:says>/", feeds.feed_rule, name="feed_rule"),
    path("feeds/of/<slug:code>/add-source/", feeds.feed_source_add, name="feed_source_add"),
    path("feeds/of/<slug:code>/sources/<slug:source_code>/", feeds.feed_columns, name="feed_columns"),
]

urlpatterns += [
    path("first-load/", first_loads.first_loads, name="first_loads"),
    path("first-load/send/", first_loads.first_load_send, name="first_load_send"),
    path("first-load/<int:load_id>/", first_loads.first_load, name="first_load"),
    path("first-load/<int:load_id>/problems/", first_loads.first_load_problems, name="first_load_problems"),
    path("first-load/<int:load_id>/problems.csv", first_loads.first_load_problems_csv, name="first_load_problems_csv"),
    path("first-load/<int:load_id>/duplicates/", first_loads.first_load_suspects, name="first_load_suspects"),
    path("first-load/<int:load_id>/remove/", first_loads.first_load_remove, name="first_load_remove"),
    path("list-match/", list_match.list_matches, name="list_matches"),
    path("list-match/all/", list_match.list_matches_all, name="list_matches_all"),
    path("list-match/send/", list_match.list_match_send, name="list_match_send"),
    path("list-match/<int:match_id>/", list_match.list_match, name="list_match"),
    path("list-match/<int:match_id>/file/", list_match.list_match_file, name="list_match_file"),
    path("list-match/<int:match_id>/remove/", list_match.list_match_remove, name="list_match_remove"),
]
