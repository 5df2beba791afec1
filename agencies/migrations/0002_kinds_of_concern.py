from django.db import migrations

# A list to begin with. The council keeps its own.
KINDS = """
    ALTER TABLE agencies_concernkind DISABLE TRIGGER USER;
    INSERT INTO agencies_concernkind (name, is_active) VALUES
    ('Home and care', true),
    ('Missing school, or not seen', true),
    ('Health not looked after', true),
    ('Injury that is not explained', true),
    ('Violence at home', true),
    ('Exploitation, or missing from home', true),
    ('Something else', true);
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE agencies_concernkind ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_services_and_concerns")]

    operations = [migrations.RunSQL(KINDS, migrations.RunSQL.noop)]
