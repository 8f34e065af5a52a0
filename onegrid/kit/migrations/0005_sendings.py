from django.db import migrations, models


class Migration(migrations.Migration):
    """What was handed in under a key (kit.sendings)."""

    dependencies = [("kit", "0004_attempts")]

    operations = [
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("answer", models.JSONField(default=dict)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="sending_at")],
                "constraints": [models.UniqueConstraint(fields=("who", "key"), name="one_sending_per_key")],
            },
        ),
    ]
