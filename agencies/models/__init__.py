"""What the rooms of agencies hold: services and their people, whom they know, and causes for concern."""

from agencies.models.brokering import ContactRequest
from agencies.models.concerns import Concern, ConcernAudience, ConcernKind, Outcome
from agencies.models.hearing import Often, Subscription, What, Whose
from agencies.models.involvements import Capacity, ConsentOf, EndReason, Involvement
from agencies.models.looking import Finding, MediatedLook, Override
from agencies.models.reviews import InTheNews, LookReview, Pattern, PatternKind
from agencies.models.services import Organisation, PracticeOffer, Practitioner, Service, ServiceKind

__all__ = [
    "Capacity",
    "Concern",
    "ConcernAudience",
    "ConcernKind",
    "ConsentOf",
    "ContactRequest",
    "EndReason",
    "Finding",
    "InTheNews",
    "Involvement",
    "LookReview",
    "MediatedLook",
    "Often",
    "Organisation",
    "Outcome",
    "Override",
    "Pattern",
    "PatternKind",
    "PracticeOffer",
    "Practitioner",
    "Service",
    "ServiceKind",
    "Subscription",
    "What",
    "Whose",
]
