from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("registry", "0007_compound_names")]

    operations = [migrations.AddField("thingcell", "authority_id", models.BigIntegerField(null=True))]
