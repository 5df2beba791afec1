"""Load the national register of schools: `manage.py load_schools edubasealldata.csv --links links.csv`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from registry.reference.commands import LoadCommand
from registry.reference.schools import load_links, load_schools
from registry.reference.summary import Summary


class Command(LoadCommand):
    help = "Load schools from a Get Information About Schools extract, and the links between them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--links", metavar="FILE", help="the register's file of predecessors and successors")
        parser.add_argument(
            "--area",
            metavar="CODE",
            default=settings.COUNCIL_LA_CODE,
            help="the authority whose schools are in our area, such as 330 (COUNCIL_LA_CODE)",
        )

    def load(self, options: dict[str, Any]) -> list[Summary]:
        summaries = [load_schools(options["file"], area=options["area"], progress=self.progress)]
        if options["links"]:
            summaries.append(load_links(options["links"], progress=self.progress))
        return summaries
