"""School days: which days of a school are in term, and how clocks count them."""

from schools.terms.days import Calendar

__all__ = ["Calendar"]
