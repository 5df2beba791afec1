"""`manage.py dbshell` with the psql that came with the embedded server."""

from collections.abc import Iterable

from django.db.backends.postgresql import client

from childindex import postgres
from childindex.postgres_keeper import install


class DatabaseClient(client.DatabaseClient):
    def runshell(self, parameters: Iterable[str]) -> None:
        place = postgres.use()
        self.connection.settings_dict.update(HOST=str(place.run))
        self.executable_name = str(install(place) / "psql")
        super().runshell(parameters)
