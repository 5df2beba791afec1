"""Load GP practices: `manage.py load_practices epraccur.csv`."""

from __future__ import annotations

from typing import Any

from registry.reference.commands import LoadCommand
from registry.reference.practices import load_practices
from registry.reference.summary import Summary


class Command(LoadCommand):
    help = "Load GP practices from the NHS Organisation Data Service's epraccur file."

    def load(self, options: dict[str, Any]) -> list[Summary]:
        return [load_practices(options["file"], progress=self.progress)]
