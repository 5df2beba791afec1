"""The ground floor's tables: who signs in, who says things, and the deeds by which they are written down."""

from childindex.models.acts import Act, Purge, Source, SourceKind
from childindex.models.users import User

__all__ = ["Act", "Purge", "Source", "SourceKind", "User"]
