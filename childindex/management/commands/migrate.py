"""Django's `migrate`, run as the owner of the tables: what the others may do is granted at its end."""

from django.core.management.commands.migrate import Command as Djangos

from childindex.database_roles import OwnersCommand


class Command(OwnersCommand, Djangos):
    """The same, by the owner."""
