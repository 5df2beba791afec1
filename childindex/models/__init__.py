"""The ground floor's tables: who signs in, who says things, the deeds by which they are written down, long work."""

from childindex.models.acts import Act, Purge, Source, SourceKind
from childindex.models.jobs import Job, JobState
from childindex.models.users import User

__all__ = ["Act", "Job", "JobState", "Purge", "Source", "SourceKind", "User"]
