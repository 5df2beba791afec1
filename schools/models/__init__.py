"""What the schools' rooms hold, apart from the facts that are the registry's."""

from schools.models.authorities import OURS_TO_ANSWER, AuthorityRequest, RequestKind, RequestOutcome
from schools.models.campaigns import Campaign, CampaignSchool, Declaration, Reminder
from schools.models.cohorts import Cohort, Rollover
from schools.models.collections import Collection, CollectionPart, NativeId
from schools.models.home_education import (
    ContactHow,
    HomeContact,
    HomeEducation,
    HomeEducator,
    HomeEnd,
    HomeReason,
    Suitability,
    ToldBy,
)
from schools.models.letters import Letter, LetterTemplate, Mailing, NoContact
from schools.models.missing import Case, CaseEnquiry, CaseOutcome, CaseReason, CaseSource, EnquiryKind, Sure, Where
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
from schools.models.not_in_school import (
    Basis,
    NotInSchool,
    NotInSchoolParent,
    NotInSchoolProvider,
    ProviderKind,
    VisitOutcome,
)
from schools.models.posts import Post, PostOffer
from schools.models.terms import ClosedDay, TermDates

__all__ = [
    "OURS_TO_ANSWER",
    "Absence",
    "AbsenceKind",
    "AuthorityRequest",
    "Basis",
    "Campaign",
    "CampaignSchool",
    "Case",
    "CaseEnquiry",
    "CaseOutcome",
    "CaseReason",
    "CaseSource",
    "ClosedDay",
    "Cohort",
    "Collection",
    "CollectionPart",
    "ContactHow",
    "Declaration",
    "Draft",
    "Enquirer",
    "Enquiry",
    "EnquiryKind",
    "Finding",
    "HomeContact",
    "HomeEducation",
    "HomeEducator",
    "HomeEnd",
    "HomeReason",
    "Letter",
    "LetterTemplate",
    "Mailing",
    "NativeId",
    "NoContact",
    "NotInSchool",
    "NotInSchoolParent",
    "NotInSchoolProvider",
    "Post",
    "PostOffer",
    "ProviderKind",
    "PupilReturn",
    "Reminder",
    "Report",
    "ReportKind",
    "RequestKind",
    "RequestOutcome",
    "ReturnKind",
    "Rollover",
    "Suitability",
    "Sure",
    "TermDates",
    "ToldBy",
    "VisitOutcome",
    "Where",
]
