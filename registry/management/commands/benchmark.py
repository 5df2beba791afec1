"""Measure what the index costs: `manage.py benchmark search|matching|intake|returns|access_log [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from childindex.database_roles import OwnersCommand
from registry.benchmarks import access_log, intake, matching, search, subjects
from registry.city.building import CannotBuild

Outcome = search.Outcome | matching.Outcome | intake.Measured | access_log.Outcome | subjects.Outcome


class Command(OwnersCommand):
    help = "Measure, in a database made for it on the configured server. Gives ratios taken side by side in one run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parts = parser.add_subparsers(dest="subject", required=True, metavar="SUBJECT")
        finding = parts.add_parser("search", help="how well and how fast one child is found")
        finding.add_argument("--children", type=int, default=250_000, help="how many children the city has")
        finding.add_argument("--queries", type=int, default=1_000, help="how many questions of each kind are asked")
        finding.add_argument("--seed", type=int, default=1, help="the same seed makes the same city and questions")
        finding.add_argument("--keep", action="store_true", help="keep the database, and use it again next time")
        linking = parts.add_parser("matching", help="how well and how fast a list is linked, beside Splink")
        linking.add_argument("--children", type=int, default=250_000, help="how many children the city has")
        linking.add_argument("--rows", type=int, default=200_000, help="how many rows the ordinary list has")
        linking.add_argument("--rounds", type=int, default=matching.ROUNDS, help="the best of so many counts")
        linking.add_argument("--seed", type=int, default=1, help="the same seed makes the same city and lists")
        linking.add_argument("--keep", action="store_true", help="keep the database, and use it again next time")
        taking_in = parts.add_parser("intake", help="how fast files are taken in, and how much of them asks nobody")
        taking_in.add_argument("--children", type=int, default=250_000, help="how many children the city has")
        taking_in.add_argument("--rows", type=int, default=200_000, help="how many rows the nightly extract has")
        taking_in.add_argument("--seed", type=int, default=1, help="the same seed makes the same city and files")
        taking_in.add_argument("--keep", action="store_true", help="keep the database, and use it again next time")
        looking = parts.add_parser("access_log", help="what it costs that looking is recorded in a chain")
        looking.add_argument("--clients", type=int, default=access_log.CLIENTS, help="how many ask at once")
        more = {subject: parts.add_parser(subject.name, help=subject.help) for subject in subjects.everything()}
        for named, arguments in more.items():
            named.add_arguments(arguments)
        for subject in (finding, linking, taking_in, looking, *more.values()):
            subject.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self.measure(options)
        except CannotBuild as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write("\n".join(outcome.lines()))
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json()))

    def measure(self, options: dict[str, Any]) -> Outcome:
        if subject := subjects.named(options["subject"]):
            return subject.measure(options, self.stderr.write)
        if options["subject"] == "access_log":
            return access_log.measure(clients=options["clients"])
        if options["subject"] == "matching":
            return matching.measure(
                options["children"],
                rows=options["rows"],
                seed=options["seed"],
                keep=options["keep"],
                rounds=options["rounds"],
                say=self.stderr.write,
            )
        if options["subject"] == "intake":
            return intake.measure(
                options["children"],
                rows=options["rows"],
                seed=options["seed"],
                keep=options["keep"],
                say=self.stderr.write,
            )
        return search.measure(
            options["children"],
            seed=options["seed"],
            asked=options["queries"],
            keep=options["keep"],
            say=self.stderr.write,
        )
