"""The ground floor's tables: who signs in, what is approved, who says things and by which deeds, long work."""

from childindex.models.acts import Act, Purge, Source, SourceKind
from childindex.models.approvals import Approval
from childindex.models.jobs import Job, JobState
from childindex.models.users import User

__all__ = ["Act", "Approval", "Job", "JobState", "Purge", "Source", "SourceKind", "User"]
