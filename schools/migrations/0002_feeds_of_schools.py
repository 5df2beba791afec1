from django.db import migrations

# What schools send, until a data manager says otherwise. It came with the software: no act of anybody's.
FEEDS = """
    ALTER TABLE registry_feed DISABLE TRIGGER USER;
    INSERT INTO registry_feed
        (code, name, source_kind, carries, may_create, is_full, gateway, rhythm_days, is_active,
         applies_itself, format)
    VALUES
    ('census', 'School census', 'school', '{name,preferred_name,birth,sex,numbers,home,school}', true, true,
     'Education Act 1996, ss.436A and 537A', 122, true, true, 'school_census'),
    ('census_on_roll', 'National census table: pupils on roll', 'school',
     '{name,preferred_name,birth,sex,numbers,home,school}', true, true,
     'Education Act 1996, ss.436A and 537A', NULL, true, true, 'national_table'),
    ('census_off_roll', 'National census table: pupils no longer on roll', 'school',
     '{name,preferred_name,birth,sex,numbers,home,school}', true, false,
     'Education Act 1996, ss.436A and 537A', NULL, true, true, 'national_table'),
    ('transfer', 'Common Transfer File', 'school',
     '{name,preferred_name,birth,sex,numbers,home,carers,school}', true, false,
     'School Attendance (Pupil Registration) (England) Regulations 2024', NULL, true, true, 'transfer'),
    ('roll', 'Roll of a school, from its own system', 'school',
     '{name,preferred_name,birth,sex,numbers,home,carers,school}', true, true,
     'School Attendance (Pupil Registration) (England) Regulations 2024; Education Act 1996, s.436A', 31, true,
     true, 'table');
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE registry_feed ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0001_national_tables"),
        ("registry", "0017_feeds_have_formats"),
    ]

    operations = [migrations.RunSQL(FEEDS, migrations.RunSQL.noop)]
