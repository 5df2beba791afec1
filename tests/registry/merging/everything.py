"""Everything the tables say of one record, for comparing what it was with what it is."""

from registry.merging.rehearsing import fact_models
from registry.merging.saying import last_said
from registry.models import Child, SourceRecord


def everything_of(child):
    """The record's own row, its facts with their ids and what was last said of each, its source records and pins."""
    facts = {model.__name__: sorted(model.objects.filter(child=child).values_list()) for model in fact_models()}
    rows = [row for model in fact_models() for row in model.objects.filter(child=child)]
    return {
        **facts,
        "own": Child.objects.filter(pk=child.pk).values(*OWN).get(),
        "said": last_said(rows),
        "records": sorted(SourceRecord.objects.filter(child=child).values_list("source", "reference")),
        "pins": sorted(child.pins.values_list()),
    }


def facts_of(child):
    """The facts alone, whatever their ids: what several orders of merging should agree on."""
    return {
        (model.__name__, *(str(row[name]) for name in sorted(row) if name not in ("id", "child_id")))
        for model in fact_models()
        for row in model.objects.filter(child=child).values()
    }


OWN = (
    "sex",
    "date_of_birth",
    "date_of_birth_standing",
    "other_date_of_birth",
    "date_of_birth_evidence",
    "date_of_death",
    "state",
    "superseded_by",
)
