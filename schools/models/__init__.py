"""What the schools' rooms hold, apart from the facts that are the registry's."""

from schools.models.campaigns import Campaign, CampaignSchool, Declaration, Reminder
from schools.models.cohorts import Cohort, Rollover
from schools.models.collections import Collection, CollectionPart, NativeId
from schools.models.missing import Case, CaseEnquiry, CaseOutcome, CaseSource, EnquiryKind, Sure
from schools.models.movers import (
    Absence,
    AbsenceKind,
    Draft,
    Enquirer,
    Enquiry,
    Finding,
    PupilReturn,
    Report,
    ReportKind,
    ReturnKind,
)
from schools.models.posts import Post
from schools.models.terms import ClosedDay, TermDates

__all__ = [
    "Absence",
    "AbsenceKind",
    "Campaign",
    "CampaignSchool",
    "Case",
    "CaseEnquiry",
    "CaseOutcome",
    "CaseSource",
    "ClosedDay",
    "Cohort",
    "Collection",
    "CollectionPart",
    "Declaration",
    "Draft",
    "Enquirer",
    "Enquiry",
    "EnquiryKind",
    "Finding",
    "NativeId",
    "Post",
    "PupilReturn",
    "Reminder",
    "Report",
    "ReportKind",
    "ReturnKind",
    "Rollover",
    "Sure",
    "TermDates",
]
