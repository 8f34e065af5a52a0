"""A line that nobody wrote is no purpose: what 0003 wrote is taken out, the words stay here, and who connects systems is
told until somebody has decided (decision 0048)."""

from django.db import migrations, models

NOBODY_WROTE = "升级前已接入，用途待补写"  # by 0003


def stop_the_words(apps, schema_editor):
    systems = apps.get_model("exchange", "OutsideSystem").objects
    systems.filter(purpose=NOBODY_WROTE).update(purpose="", purpose_owed=True)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0004_words_for_applications")]

    operations = [
        migrations.AddField(
            model_name="outsidesystem",
            name="purpose_owed",
            field=models.BooleanField(db_default=False, verbose_name="purpose to be written"),
        ),
        migrations.RunPython(stop_the_words, migrations.RunPython.noop),
    ]
