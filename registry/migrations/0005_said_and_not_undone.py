"""What sources have said, without what was undone: one view that every statement reads."""

from pathlib import Path

from django.db import migrations

BEFORE = Path(__file__).with_name("said.sql").read_text()
AFTER = Path(__file__).with_name("said_and_not_undone.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_two_looks"),
    ]

    operations = [
        migrations.RunSQL(AFTER, f"{BEFORE}DROP VIEW registry_ever_said;"),
    ]
