from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """PostgreSQL extensions everything else stands on."""

    initial = True
    dependencies = []
    operations = [CreateExtension("postgis"), TrigramExtension(), BtreeGistExtension()]
