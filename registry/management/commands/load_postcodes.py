"""Load postcodes: `manage.py load_postcodes ONSPD.csv`."""

from __future__ import annotations

from typing import Any

from registry.reference.commands import LoadCommand
from registry.reference.postcodes import load_postcodes
from registry.reference.summary import Summary


class Command(LoadCommand):
    help = "Load postcodes from an Office for National Statistics directory, or any table that has a postcode column."

    def load(self, options: dict[str, Any]) -> list[Summary]:
        return [load_postcodes(options["file"], progress=self.progress)]
