"""The pages about children."""

from django.urls import URLPattern, URLResolver, path

from registry.views import children, editing

app_name = "registry"

CHILD = "children/<str:index_number>/"
FACT = f"{CHILD}<str:kind>/<int:fact_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{CHILD}correct/", children.child_correct, name="child_correct"),
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
]
