"""Whether the tests would notice: guards of the product are removed one by one, in a copy, and tests are run.

    python -m tests.guards            # every guard, as a table for docs/testing.md
    python -m tests.guards lock       # those whose words hold these

Each is one change to one file; it is caught when some of the tests named beside it fail that pass otherwise.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", ".postgres*", ".hypothesis", "__pycache__", ".*_cache"
)
FAILED = re.compile(r"^FAILED (.+?)(?: - .*)?$", re.MULTILINE)  # an error would be a change that does not load


@dataclass(frozen=True)
class Guard:
    """What guards, where it stands, what it is replaced by, and which tests are to notice that it is gone."""

    words: str
    file: str
    stands: str
    instead: str
    tests: str


GUARDS = [
    Guard(
        "A view's permission is asked for",
        "childindex/accounts/permissions.py",
        "return refusal(request, permission) or view(request, *args, **kwargs)",
        "return view(request, *args, **kwargs)",
        "tests/childindex/test_accounts_permissions.py tests/schools/test_staff.py",
    ),
    Guard(
        "Search compares nothing that a shield hides",
        "registry/search/candidates.py",
        'HIDDEN = "(e.shielded AND NOT %(behind_shields)s)"',
        'HIDDEN = "(e.shielded AND NOT %(behind_shields)s AND false)"',
        "tests/registry/search",
    ),
    Guard(
        "A number behind a shield is nobody's to a search",
        "registry/search/numbers.py",
        "(n.visible OR NOT e.shielded OR %(behind_shields)s)",
        "(n.visible OR NOT e.shielded OR %(behind_shields)s OR true)",
        "tests/registry/search",
    ),
    Guard(
        "A list is matched with what is open alone",
        "registry/linking/looks.py",
        "OPEN = Look()",
        "OPEN = Look(sees_behind=True)",
        "tests/registry/intake/test_two_looks.py",
    ),
    Guard(
        "A row behind a shield is not there for others",
        "registry/intake/seeing.py",
        "return family if to.may_see_shielded else family | behind_a_shield()",
        "return family",
        "tests/registry/intake/test_two_looks.py",
    ),
    Guard(
        "Nothing is done to a child of one's own family",
        "registry/conflicts.py",
        "        concerned = family & set(acts.subjects_of_open_act())",
        "        concerned: set[int] = set()",
        "tests/registry/test_own_family.py tests/registry/test_conflicts.py",
    ),
    Guard(
        "Nobody approves what they asked for",
        "childindex/accounts/approvals.py",
        "        _may_decide(held, by, is_approved=is_approved, refusal=refusal)",
        "        pass",
        "tests/childindex/test_accounts_approvals.py",
    ),
    Guard(
        "Who was shown is written down",
        "registry/access/middleware.py",
        "            self._record(said, self.context.shown)",
        "            self._record(said, set())",
        "tests/registry/access",
    ),
    Guard(
        "A stream waits until everybody in it is written down",
        "registry/access/middleware.py",
        "            if not self.context.shown <= self.recorded:",
        "            if False:",
        "tests/registry/access",
    ),
    Guard(
        "A file is applied by one at a time",
        "registry/intake/applying.py",
        "locked = Delivery.objects.select_for_update().get(pk=delivery.pk)",
        "locked = Delivery.objects.get(pk=delivery.pk)",
        "tests/registry/intake",
    ),
    Guard(
        "A record edited meanwhile is not merged unseen",
        "registry/merging/merging.py",
        "        if locked[child.pk].revision != revision:",
        "        if False:",
        "tests/registry/merging",
    ),
    Guard(
        "A file unlike the last is held",
        "registry/intake/braking.py",
        "    if delivery.brakes and delivery.released_by_id is None:",
        "    if False:",
        "tests/registry/intake",
    ),
    Guard(
        "A cell that would run as a formula is written with an apostrophe",
        "childindex/tables/cells.py",
        """        return f"'{cell}\"""",
        "        return cell",
        "tests/childindex/test_tables.py",
    ),
    Guard(
        "Whoever did nothing for a while is signed out",
        "childindex/accounts/middleware.py",
        '        return "idle"',
        '        return ""',
        "tests/childindex/test_accounts_idle.py",
    ),
    Guard(
        "Nothing of somebody signed in is stored on the machine",
        "childindex/accounts/middleware.py",
        "            patch_cache_control(response, no_store=True, private=True)",
        "            pass",
        "tests/childindex/test_accounts_not_stored.py",
    ),
    Guard(
        "Nobody sends more than their quota",
        "registry/quotas.py",
        "    if today >= mine.files_a_day:",
        "    if False:",
        "tests/registry/test_quotas.py",
    ),
    Guard(
        "Nobody searches more than their quota",
        "registry/quotas.py",
        "    if in_the_minute <= mine.searches_a_minute and in_the_hour <= mine.searches_an_hour:",
        "    if True:",
        "tests/registry/test_quotas.py",
    ),
    Guard(
        "A secret key that others know is refused",
        "childindex/settings/strictness.py",
        "    if _is_well_known(key):",
        "    if False:",
        "tests/childindex/test_production.py",
    ),
    Guard(
        "The application may not change what only grows",
        "childindex/privileges.py",
        "_for_application(name, only_grows=only_grows, finishes=finishes)",
        "_for_application(name, only_grows=False, finishes=finishes)",
        "tests/childindex/test_database_roles.py",
    ),
    Guard(
        "The database refuses what is written outside an act",
        "childindex/migrations/door.sql",
        "        RAISE EXCEPTION 'No act is open, so the table % may not be written.', TG_TABLE_NAME",
        "        RETURN NULL; RAISE EXCEPTION 'No act is open, so the table % may not be written.', TG_TABLE_NAME",
        "tests/childindex/test_acts.py",
    ),
]


def main() -> None:
    wanted = " ".join(sys.argv[1:]).lower()
    chosen = [guard for guard in GUARDS if wanted in guard.words.lower()]
    print("| guard removed | where | tests that failed | the first |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "child-index"
        shutil.copytree(CHECKOUT, copy, ignore=LEFT_OUT)
        os.symlink(CHECKOUT / "node_modules", copy / "node_modules")
        missed = [guard.words for guard in chosen if not is_caught(guard, copy)]
    if missed:
        sys.exit(f"Not noticed: {'; '.join(missed)}.")


def is_caught(guard: Guard, copy: Path) -> bool:
    """Take the guard away, run its tests, put it back; and say what came of it, as a row of the table."""
    path = copy / guard.file
    before = path.read_text()
    if before.count(guard.stands) != 1:
        sys.exit(f"{guard.file} does not have this once: {guard.stands}")
    path.write_text(before.replace(guard.stands, guard.instead))
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-m", "not browser", *guard.tests.split()]
        said = subprocess.run(command, cwd=copy, capture_output=True, text=True).stdout
    finally:
        path.write_text(before)
    failed = FAILED.findall(said)
    first = failed[0].partition("::")[2] if failed else "none"
    print(f"| {guard.words} | `{guard.file}` | {len(failed)} | `{first}` |", flush=True)
    return bool(failed)


if __name__ == "__main__":
    main()
