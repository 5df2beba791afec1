"""Sessions in the database, read by a statement that is planned once: every page reads one before anything else."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from childindex.prepared import Prepared

SESSION = Prepared(
    "session",
    "SELECT session_data FROM django_session WHERE session_key = %(key)s AND expire_date > %(now)s",
    key="text",
    now="timestamptz",
)


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is read."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing, and no key, if there is none or it has expired."""
        for (held,) in SESSION.rows(key=self.session_key, now=timezone.now()):
            return self.decode(held)
        self._session_key = None
        return {}
