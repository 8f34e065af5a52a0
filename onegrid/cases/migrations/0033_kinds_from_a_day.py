"""Editions of whistle kinds hold from a day on; those that are published hold at once, as they did."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0032_paths'),
    ]

    operations = [
        migrations.AddField(
            model_name='kindedition',
            name='valid_from',
            field=models.DateField(null=True, verbose_name='holds from'),
        ),
        migrations.AddConstraint(
            model_name='kindedition',
            constraint=models.UniqueConstraint(
                condition=models.Q(('status', 'draft')), fields=('status',), name='one_draft_of_whistle_kinds'
            ),
        ),
    ]
