"""An inbox is found by `notice_inbox`, which begins with the recipient; the foreign key's own index said the same.

By SQL: Django would make the foreign key anew, and read every notice while nobody writes one.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

DROP = "DROP INDEX IF EXISTS accounts_notice_recipient_id_cbb5671d"
MAKE = "CREATE INDEX accounts_notice_recipient_id_cbb5671d ON accounts_notice (recipient_id)"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_leased_messages")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(DROP, MAKE)],
            [
                migrations.AlterField(
                    model_name="notice",
                    name="recipient",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
        )
    ]
