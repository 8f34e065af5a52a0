from django.db import migrations


class Migration(migrations.Migration):
    """The index by the time alone: 0037 holds the same and the street."""

    dependencies = [("cases", "0037_opened_where")]
    operations = [migrations.RemoveIndex("case", "case_opened")]
