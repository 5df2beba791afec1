"""Django's `createcachetable`, run as the owner of the tables."""

from django.core.management.commands.createcachetable import Command as Djangos

from childindex.database_roles import OwnersCommand


class Command(OwnersCommand, Djangos):
    """The same, by the owner."""
