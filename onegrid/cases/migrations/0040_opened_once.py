from django.db import migrations


class Migration(migrations.Migration):
    """The index by the time alone: 0039 holds the same and the street."""

    dependencies = [("cases", "0039_opened_where")]
    operations = [migrations.RemoveIndex("case", "case_opened")]
