"""The planner is told of what was written by whoever wrote it, also where the tables belong to another role."""

from pathlib import Path

from django.db import migrations

ANALYSING = Path(__file__).with_name("analysing.sql").read_text()
REVERSE = "DROP FUNCTION childindex_analyse(text[])"


class Migration(migrations.Migration):
    dependencies = [("childindex", "0003_weight_of_jobs")]

    operations = [migrations.RunSQL(ANALYSING, REVERSE)]
