"""Invite somebody from the command line, which is how the first data manager comes to be.

`manage.py invite_user ann@example.gov.uk "Ann Archer" --site https://index.example.gov.uk --reason "First manager"`
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex import roles
from childindex.accounts import invitations, people
from childindex.accounts.changes import CannotChange


class Command(BaseCommand):
    help = "Invite somebody (a data manager unless --role says otherwise), and print the link they are sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("full_name")
        parser.add_argument("--role", default="data_manager", choices=[role.code for role in roles.everyone()])
        parser.add_argument("--site", required=True, help="address of this installation, without a path")
        parser.add_argument("--reason", required=True, help="why; kept in the history of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = {name: options[name] for name in ("email", "full_name", "role", "reason")}
        try:
            user = people.invite(by=None, **wanted)
        except CannotChange as refusal:
            raise CommandError(str(refusal)) from refusal
        site = options["site"].rstrip("/")
        invitations.send(user, site=site, by=None)
        self.stdout.write(f"Invited {user.email}. The link, for them alone: {site}{invitations.path_for(user)}")
