from django.db import migrations, models

YEAR_GROUPS = [
    ("N1", "Nursery, first year"),
    ("N2", "Nursery, second year"),
    ("R", "Reception"),
    *[(str(year), f"Year {year}") for year in range(1, 15)],
    ("X", "No year group followed"),
]


def field() -> models.CharField:
    return models.CharField(blank=True, choices=YEAR_GROUPS, max_length=2, verbose_name="year group")


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_record_of_looking"),
    ]

    operations = [
        migrations.AlterField(model_name="enrolment", name="year_group", field=field()),
        migrations.AlterField(model_name="historicalenrolment", name="year_group", field=field()),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("year_group__in", ["", *(code for code, _ in YEAR_GROUPS)])),
                name="year_group_is_known",
            ),
        ),
    ]
