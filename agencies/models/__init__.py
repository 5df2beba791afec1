"""What the rooms of agencies hold: services and their people, whom they know, and causes for concern."""

from agencies.models.brokering import ContactRequest
from agencies.models.concerns import Concern, ConcernAudience, ConcernKind, Outcome
from agencies.models.involvements import Capacity, ConsentOf, EndReason, Involvement
from agencies.models.looking import Finding, MediatedLook, Override
from agencies.models.reviews import LookReview, Pattern, PatternKind
from agencies.models.services import Organisation, Practitioner, Service, ServiceKind

__all__ = [
    "Capacity",
    "Concern",
    "ConcernAudience",
    "ConcernKind",
    "ConsentOf",
    "ContactRequest",
    "EndReason",
    "Finding",
    "Involvement",
    "LookReview",
    "MediatedLook",
    "Organisation",
    "Outcome",
    "Override",
    "Pattern",
    "PatternKind",
    "Practitioner",
    "Service",
    "ServiceKind",
]
