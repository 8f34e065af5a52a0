"""Numbers are looked up whole. Django gives a unique text a second index, for beginnings (LIKE), which nothing asks
for: each step of a case wrote into it, and whole numbers are found by the index of the constraint as well."""

from django.db import migrations

DROP = "DROP INDEX IF EXISTS cases_case_number_980c9551_like"
MAKE = "CREATE INDEX cases_case_number_980c9551_like ON cases_case (number varchar_pattern_ops)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0037_calls_kept")]

    operations = [migrations.RunSQL(DROP, MAKE)]
