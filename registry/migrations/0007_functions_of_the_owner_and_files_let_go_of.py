"""The record of looking is written by functions that act as its owner, and by nothing else; files that came are let go
of after a time, and say when.
"""

from pathlib import Path

from django.db import migrations, models

ROLES = Path(__file__).with_name("access_roles.sql").read_text()
REVERSE = """
    ALTER FUNCTION registry_record_access(bigint, text, bytea, bytea, text, jsonb, text, text, bigint[], text[])
        SECURITY INVOKER RESET search_path;
    ALTER FUNCTION registry_purge_access(date) SECURITY INVOKER RESET search_path;
    GRANT EXECUTE ON FUNCTION registry_purge_access(date) TO PUBLIC;
    GRANT EXECUTE ON FUNCTION
        registry_record_access(bigint, text, bytea, bytea, text, jsonb, text, text, bigint[], text[]) TO PUBLIC
"""


class Migration(migrations.Migration):
    dependencies = [("childindex", "0004_analysing"), ("registry", "0006_sketches_and_tallies")]

    operations = [
        migrations.RunSQL(ROLES, REVERSE),
        migrations.AddField(
            model_name="delivery",
            name="let_go_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="firstload",
            name="let_go_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("let_go_at__isnull", True), ("stage__in", ["applied", "undone", "refused"]), _connector="OR"
                ),
                name="a_file_let_go_of_is_not_read_again",
                violation_error_message="The file itself was let go of, and cannot be read again.",
            ),
        ),
        migrations.AddConstraint(
            model_name="firstload",
            constraint=models.CheckConstraint(
                condition=models.Q(("let_go_at__isnull", True), ("stage__in", ["loaded", "refused"]), _connector="OR"),
                name="an_extract_let_go_of_is_not_rehearsed_again",
                violation_error_message="The tables themselves were let go of, and cannot be read again.",
            ),
        ),
    ]
