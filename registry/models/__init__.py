"""Who the children are, and everything true of them."""

from registry.models.access import AccessEntry, AccessHead, AccessKind, AccessPayload
from registry.models.addresses import AT_AN_ADDRESS, Address, AddressKind, Residence, Standing
from registry.models.balance import BalanceDay, BalanceMove, BalancePlace
from registry.models.carers import Care, CareKind, Carer, YesNo
from registry.models.children import BirthStanding, Child, ChildState, Sex
from registry.models.conflicts import DeclaredRelative, StaffHome
from registry.models.education import ArrangementKind, EducationArrangement
from registry.models.facts import Fact
from registry.models.feeds import Feed, FeedRule, Reading, Rule, Says
from registry.models.first_loads import (
    ExtractTable,
    FirstLoad,
    FirstLoadFile,
    FirstLoadPart,
    FirstLoadProblem,
    FirstLoadSuspect,
    LoadOutcome,
    LoadStage,
)
from registry.models.identifiers import Identifier, IdentifierKind, IdentifierStatus
from registry.models.index import IndexEntry, IndexKey
from registry.models.intake import (
    Correction,
    Delivery,
    DeliveryAct,
    DeliveryPart,
    DeliveryRow,
    FindingKind,
    FindingState,
    LastSaid,
    Outcome,
    ShieldedFinding,
    Stage,
)
from registry.models.list_matches import ListMatch, MatchStage, Returned
from registry.models.merges import Decision, Merge, Recognition, Verdict
from registry.models.names import Name, NameKind
from registry.models.postcodes import Postcode
from registry.models.practices import Practice, PracticeStatus, Registration
from registry.models.quotas import SearchTally
from registry.models.schools import Enrolment, EnrolmentStatus, School, SchoolLink, SchoolStatus, YearGroup
from registry.models.sealing import SealedLink, SealGround
from registry.models.shields import AskedFor, Shield, ShieldRequest
from registry.models.sketches import ListSketch
from registry.models.sources import Confirmation, FactKind, Pin, PrecedenceRule, Repetition, Said, Slot, SourceRecord
from registry.models.suspicions import (
    CommonValue,
    Difference,
    Suspicion,
    SuspicionState,
    Sweep,
    ToCompare,
    Weights,
)
from registry.models.whereabouts import WhereaboutsDay, WhereaboutsMark, WhereaboutsShare

__all__ = [
    "AT_AN_ADDRESS",
    "AccessEntry",
    "AccessHead",
    "AccessKind",
    "AccessPayload",
    "Address",
    "AddressKind",
    "ArrangementKind",
    "AskedFor",
    "BalanceDay",
    "BalanceMove",
    "BalancePlace",
    "BirthStanding",
    "Care",
    "CareKind",
    "Carer",
    "Child",
    "ChildState",
    "CommonValue",
    "Confirmation",
    "Correction",
    "Decision",
    "DeclaredRelative",
    "Delivery",
    "DeliveryAct",
    "DeliveryPart",
    "DeliveryRow",
    "Difference",
    "EducationArrangement",
    "Enrolment",
    "EnrolmentStatus",
    "ExtractTable",
    "Fact",
    "FactKind",
    "Feed",
    "FeedRule",
    "FindingKind",
    "FindingState",
    "FirstLoad",
    "FirstLoadFile",
    "FirstLoadPart",
    "FirstLoadProblem",
    "FirstLoadSuspect",
    "Identifier",
    "IdentifierKind",
    "IdentifierStatus",
    "IndexEntry",
    "IndexKey",
    "LastSaid",
    "ListMatch",
    "ListSketch",
    "LoadOutcome",
    "LoadStage",
    "MatchStage",
    "Merge",
    "Name",
    "NameKind",
    "Outcome",
    "Pin",
    "Postcode",
    "Practice",
    "PracticeStatus",
    "PrecedenceRule",
    "Reading",
    "Recognition",
    "Registration",
    "Repetition",
    "Residence",
    "Returned",
    "Rule",
    "Said",
    "Says",
    "School",
    "SchoolLink",
    "SchoolStatus",
    "SealGround",
    "SealedLink",
    "SearchTally",
    "Sex",
    "Shield",
    "ShieldRequest",
    "ShieldedFinding",
    "Slot",
    "SourceRecord",
    "StaffHome",
    "Stage",
    "Standing",
    "Suspicion",
    "SuspicionState",
    "Sweep",
    "ToCompare",
    "Verdict",
    "Weights",
    "WhereaboutsDay",
    "WhereaboutsMark",
    "WhereaboutsShare",
    "YearGroup",
    "YesNo",
]
