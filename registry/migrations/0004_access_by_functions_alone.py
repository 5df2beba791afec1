"""The record of looking is written by functions that act as its owner, and by nothing else."""

from pathlib import Path

from django.db import migrations

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
    dependencies = [("registry", "0003_shares_of_whereabouts")]

    operations = [migrations.RunSQL(ROLES, REVERSE)]
