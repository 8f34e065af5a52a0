from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of cases by the time they were opened holds the street too: counts by street do not read the cases."""

    dependencies = [("cases", "0038_number_without_a_second_index")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(fields=["-opened_at", "-id"], include=("street",), name="case_opened_where"),
        ),
    ]
