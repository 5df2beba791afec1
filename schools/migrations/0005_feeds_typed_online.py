from django.db import migrations

# What schools type in online comes in as rows of lists, like everything else. It came with the software.
FEEDS = """
    ALTER TABLE registry_feed DISABLE TRIGGER USER;
    INSERT INTO registry_feed
        (code, name, source_kind, carries, may_create, is_full, gateway, rhythm_days, is_active,
         applies_itself, format)
    VALUES
    ('new_pupil', 'New-pupil returns, made online', 'school',
     '{name,preferred_name,birth,sex,numbers,home,carers,school}', true, false,
     'School Attendance (Pupil Registration) (England) Regulations 2024, reg.13(1)', NULL, true, true, 'table'),
    ('roll_online', 'Changes that schools type in online', 'school',
     '{name,preferred_name,birth,sex,numbers,home,carers,school}', false, false,
     'School Attendance (Pupil Registration) (England) Regulations 2024; Education Act 1996, s.436A', NULL, true,
     true, 'table');
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE registry_feed ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0004_movers_terms_campaigns"),
        ("registry", "0017_feeds_have_formats"),
    ]

    operations = [migrations.RunSQL(FEEDS, migrations.RunSQL.noop)]
