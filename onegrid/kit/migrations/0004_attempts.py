from django.db import migrations, models


class Migration(migrations.Migration):
    """Counts of tries per caller (kit.throttle)."""

    dependencies = [("kit", "0003_files")]

    operations = [
        migrations.CreateModel(
            name="Attempts",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=40)),
                ("who", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["since"], name="attempts_since")],
                "constraints": [models.UniqueConstraint(fields=("purpose", "who"), name="one_count_per_caller")],
            },
        ),
    ]
