from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_portraits")]

    operations = [
        migrations.AddIndex(
            model_name="phonemessage",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["not_before"], name="phone_waiting"
            ),
        ),
    ]
