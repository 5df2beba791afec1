"""The table of what every role may do stands in the document as the roles have it."""

from io import StringIO

from django.core.management import call_command

from childindex import access_matrix, roles


def test_the_document_says_what_the_roles_say():
    assert access_matrix.written() == access_matrix.whole(), "Run: manage.py access_matrix --write"


def test_every_permission_and_every_role_stands_in_it():
    told = access_matrix.table()

    assert all(f"| {description} |" in told for description in roles.PERMISSIONS.values())
    assert all(f"| {role.label} |" in told.splitlines()[0] for role in roles.everyone())


def test_a_mark_stands_where_a_role_may_and_nowhere_else():
    line = next(line for line in access_matrix.table().splitlines() if "declare the roll of a school" in line)
    marks = [cell.strip() for cell in line.strip("|").split("|")][1:]

    may = [role.label for role, mark in zip(roles.everyone(), marks, strict=False) if mark]
    assert may == ["Head"]


def test_the_command_prints_it():
    out = StringIO()

    call_command("access_matrix", stdout=out)

    assert out.getvalue().strip() == access_matrix.whole()
