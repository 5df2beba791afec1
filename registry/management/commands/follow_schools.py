"""Have pupils of schools that became others go on there: `manage.py follow_schools [--dry-run] [--json]`.

Ends with status 3 where a closed school has pupils whom people must see to, as after a split.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from childindex import words
from registry.reference.succession import Split, follow, pending

LEFT = 3


class Command(BaseCommand):
    help = "Have the pupils of schools that closed and became others, as academies, go on at their successors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say which schools those are, and write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        found = pending()
        followed: list[dict[str, Any]] = []
        if options["dry_run"]:
            lines = [str(one) if isinstance(one, Split) else f"{one}." for one in found]
        else:
            followed = [
                {"old": one.old.urn, "new": one.new.urn, "day": one.day.isoformat(), "pupils": pupils}
                for one, pupils in follow()
            ]
            lines = [f"{words.count(one['pupils'], 'pupil')}: {one['old']} became {one['new']}" for one in followed]
            lines += [str(one) for one in found if isinstance(one, Split)]
        left = [one.old.urn for one in found if isinstance(one, Split)]
        self.stdout.write("\n".join(lines) or "No closed school has pupils on its roll.")
        if options["json"]:
            self.stdout.write(json.dumps({"followed": followed, "left": left}))
        if left:
            sys.exit(LEFT)
