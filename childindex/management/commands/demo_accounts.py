"""Make the demonstration's accounts and print them: `manage.py demo_accounts [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from childindex.accounts import demonstration


class Command(BaseCommand):
    help = (
        "Make one account per role for the demonstration, and print them unless --verbosity is 0. "
        "Refuses outside the demonstration."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = demonstration.create()
        except demonstration.NotADemonstration as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(self.as_json(accounts)))
        elif options["verbosity"]:
            self.print_table(accounts)

    def print_table(self, accounts: list[demonstration.DemoAccount]) -> None:
        wide = max(len(one.email) for one in accounts)
        for one in accounts:
            self.stdout.write(f"{one.email:{wide}}  {one.label}")
        self.stdout.write(f"Password for each: {demonstration.PASSWORD}")

    def as_json(self, accounts: list[demonstration.DemoAccount]) -> dict[str, Any]:
        listed = [
            {"email": one.email, "name": one.full_name, "role": one.role, "custodian": one.custodian}
            for one in accounts
        ]
        return {"accounts": listed, "password": demonstration.PASSWORD}
