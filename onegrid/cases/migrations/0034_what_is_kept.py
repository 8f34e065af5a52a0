from django.db import migrations, models


class Migration(migrations.Migration):
    """What retention looks for: cases whose reporter is still known, visits whose notes are."""

    dependencies = [("cases", "0033_kinds_from_a_day")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(
                    ("ended_at__isnull", False),
                    models.Q(("reporter_name__isnull", False), ("reporter_phone__isnull", False), _connector="OR"),
                ),
                fields=["ended_at"],
                name="case_contact_kept",
            ),
        ),
        migrations.AddIndex(
            "visit",
            models.Index(
                condition=models.Q(("met__isnull", False), ("words__isnull", False), _connector="OR"),
                fields=["at"],
                name="visit_notes",
            ),
        ),
    ]
