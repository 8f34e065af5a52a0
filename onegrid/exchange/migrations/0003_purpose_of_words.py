"""What for a system gets people's own words. Those that are connected go on as they were, and say so until somebody
writes down what for."""

from django.db import migrations, models

BEFORE = "升级前已接入，用途待补写"


def keep_going(apps, schema_editor):
    apps.get_model("exchange", "OutsideSystem").objects.update(purpose=BEFORE)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_connectors")]

    operations = [
        migrations.AddField(
            model_name="outsidesystem",
            name="purpose",
            field=models.CharField(
                blank=True, db_default="", max_length=300, verbose_name="why the words of reports are sent"
            ),
        ),
        migrations.RunPython(keep_going, migrations.RunPython.noop),
    ]
