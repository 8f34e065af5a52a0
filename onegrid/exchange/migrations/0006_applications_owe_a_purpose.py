"""A line that nobody wrote is no purpose: what 0004 wrote is taken out, numbers and names are hidden, and who lets
applications in is told until somebody has decided (decision 0051)."""

from django.db import migrations, models

NOBODY_WROTE = "升级前已接入，用途待补写"  # by 0004


def hide_the_words(apps, schema_editor):
    clients = apps.get_model("exchange", "ApiClient").objects
    clients.filter(purpose=NOBODY_WROTE).update(purpose="", purpose_owed=True)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0005_purpose_owed")]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="purpose_owed",
            field=models.BooleanField(db_default=False, verbose_name="purpose to be written"),
        ),
        migrations.RunPython(hide_the_words, migrations.RunPython.noop),
    ]
