"""Dates: reading them, and the school-age arithmetic. How they are written out is in `childindex.words`."""

from registry.dates.ages import (
    CompulsoryAge,
    Term,
    age_on,
    birthday,
    compulsory_school_age,
    is_compulsory_school_age,
    school_leaving_date,
    school_year,
    school_year_days,
    school_year_label,
    term,
    year_group,
)
from registry.dates.reading import NotADate, PartialDate, read_date, read_date_of_birth, read_partial_date

__all__ = [
    "CompulsoryAge",
    "NotADate",
    "PartialDate",
    "Term",
    "age_on",
    "birthday",
    "compulsory_school_age",
    "is_compulsory_school_age",
    "read_date",
    "read_date_of_birth",
    "read_partial_date",
    "school_leaving_date",
    "school_year",
    "school_year_days",
    "school_year_label",
    "term",
    "year_group",
]
