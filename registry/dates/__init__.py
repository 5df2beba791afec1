"""Dates: reading them, writing them in words, and the school-age arithmetic. Pure: nothing here asks the clock but as
a default."""

from registry.dates.ages import (
    CompulsoryAge,
    Term,
    age_on,
    birthday,
    compulsory_school_age,
    is_compulsory_school_age,
    months_between,
    school_leaving_date,
    school_year,
    school_year_days,
    school_year_label,
    term,
    year_group,
)
from registry.dates.printing import age_in_words, counted, relative, written
from registry.dates.reading import NotADate, PartialDate, read_date, read_date_of_birth, read_partial_date

__all__ = [
    "CompulsoryAge",
    "NotADate",
    "PartialDate",
    "Term",
    "age_in_words",
    "age_on",
    "birthday",
    "compulsory_school_age",
    "counted",
    "is_compulsory_school_age",
    "months_between",
    "read_date",
    "read_date_of_birth",
    "read_partial_date",
    "relative",
    "school_leaving_date",
    "school_year",
    "school_year_days",
    "school_year_label",
    "term",
    "written",
    "year_group",
]
