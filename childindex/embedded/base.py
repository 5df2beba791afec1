"""The wrapper that Django looks for: PostgreSQL's own, which sees to the server before it connects."""

from typing import Any

from django.db.backends.postgresql import base

from childindex import postgres
from childindex.embedded.client import DatabaseClient


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        """Where to connect, once the server is up. Raises CannotStart, whose text says what to do."""
        place = postgres.use(forgetful=self.settings_dict.get("FORGETFUL", False))
        self.settings_dict.update(HOST=str(place.run))
        return super().get_connection_params()
