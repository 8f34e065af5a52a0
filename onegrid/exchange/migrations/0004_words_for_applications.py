"""What for an application reads people's words. Those that are let in go on as they were, and say so until somebody
writes down what for."""

from django.db import migrations, models

BEFORE = "升级前已接入，用途待补写"


def keep_going(apps, schema_editor):
    apps.get_model("exchange", "ApiClient").objects.filter(permissions__contains=["cases.see"]).update(
        purpose=BEFORE
    )


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_purpose_of_words")]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="purpose",
            field=models.CharField(
                blank=True, db_default="", max_length=300, verbose_name="what it reads people's words for"
            ),
        ),
        migrations.RunPython(keep_going, migrations.RunPython.noop),
    ]
