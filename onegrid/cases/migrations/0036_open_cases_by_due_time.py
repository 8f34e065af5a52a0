from django.db import migrations, models


class Migration(migrations.Migration):
    """Open cases of one place, unit or holder in the order of their due times. Small: most cases have ended."""

    dependencies = [("cases", "0035_recounted_clocks")]
    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["street", "due_at", "id", "approaching_at"],
                name="case_open_street",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["community", "due_at", "id", "approaching_at"],
                name="case_open_community",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["grid", "due_at", "id", "approaching_at"],
                name="case_open_grid",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["unit", "due_at", "id", "approaching_at"],
                name="case_open_unit",
            ),
        ),
        migrations.AddIndex(
            "case",
            models.Index(
                condition=models.Q(("ended_at", None)),
                fields=["holder_org", "due_at", "id", "approaching_at"],
                name="case_open_holder",
            ),
        ),
    ]
