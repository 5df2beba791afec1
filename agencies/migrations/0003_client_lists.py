from django.db import migrations

# The feeds by which services' client lists come. They came with the software.
FEEDS = """
    ALTER TABLE registry_feed DISABLE TRIGGER USER;
    INSERT INTO registry_feed
        (code, name, source_kind, carries, may_create, is_full, gateway, rhythm_days, is_active,
         applies_itself, format)
    VALUES
    ('client_list', 'Client list of a service, all of it', 'agency', '{name,birth,sex,numbers}', false, false,
     'Children Act 2004, s.16LA', NULL, true, true, 'table'),
    ('client_list_part', 'Client list of a service, a part', 'agency', '{name,birth,sex,numbers}', false, false,
     'Children Act 2004, s.16LA', NULL, true, true, 'table');
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE registry_feed ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_kinds_of_concern"),
        ("registry", "0017_feeds_have_formats"),
    ]

    operations = [migrations.RunSQL(FEEDS, migrations.RunSQL.noop)]
