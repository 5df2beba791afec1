"""The record of looking: who was shown which children, when, what they had asked for, and why.

Every page that shows a child, and every search, says what it is with `note`. The middleware compares that with the
views of children that were handed out, writes one entry, and only then lets the answer leave. A page that shows a
child and has noted nothing is not answered.
"""

from registry.access.middleware import AccessMiddleware
from registry.access.noting import LookingNotRecorded, Note, NotRecordable, declare, note
from registry.models import AccessKind

__all__ = [
    "AccessKind",
    "AccessMiddleware",
    "LookingNotRecorded",
    "NotRecordable",
    "Note",
    "declare",
    "note",
]
