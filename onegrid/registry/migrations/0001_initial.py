import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('places', '0002_calendars_addresses_basemap'),
    ]

    operations = [
        migrations.CreateModel(
            name='ThingCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('zoom', models.PositiveSmallIntegerField()),
                ('x', models.IntegerField()),
                ('y', models.IntegerField()),
                ('major_code', models.CharField(max_length=2)),
                ('area_path', models.CharField(blank=True, db_collation='C', max_length=120)),
                ('count', models.IntegerField()),
                ('lon_sum', models.FloatField()),
                ('lat_sum', models.FloatField()),
            ],
            options={
                'indexes': [models.Index(fields=['zoom', 'x', 'y'], name='thing_cell_place')],
            },
        ),
        migrations.CreateModel(
            name='ThingClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(max_length=24, verbose_name='scheme')),
                ('kind', models.CharField(default='component', max_length=12)),
                ('code', models.CharField(max_length=8, verbose_name='code')),
                ('major_code', models.CharField(max_length=2, verbose_name='major class')),
                ('major_name', models.CharField(max_length=30, verbose_name='name of the major class')),
                ('name', models.CharField(max_length=30, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=80, verbose_name='English name')),
                ('source', models.CharField(max_length=80, verbose_name='source')),
            ],
            options={
                'verbose_name': 'thing class',
                'ordering': ['scheme', 'kind', 'code'],
                'constraints': [models.UniqueConstraint(fields=('scheme', 'kind', 'code'), name='one_thing_class_per_code')],
            },
        ),
        migrations.CreateModel(
            name='Establishment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('shop', 'Shop'), ('restaurant', 'Restaurant'), ('firm', 'Firm'), ('factory', 'Factory'), ('school', 'School or kindergarten'), ('hospital', 'Hospital or clinic'), ('market', 'Market'), ('hotel', 'Hotel'), ('office', 'Public office'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='credit code')),
                ('point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4490, verbose_name='point')),
                ('address_text', models.CharField(blank=True, max_length=200, verbose_name='address')),
                ('area_path', models.CharField(blank=True, db_collation='C', max_length=120)),
                ('opened_on', models.DateField(verbose_name='opened on')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('address', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='places.address')),
                ('grid', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
            ],
            options={
                'verbose_name': 'establishment',
                'indexes': [django.contrib.postgres.indexes.GistIndex(condition=models.Q(('closed_on', None)), fields=['point'], name='establishment_point'), models.Index(fields=['area_path'], name='establishment_area_path'), django.contrib.postgres.indexes.GinIndex(fields=['name'], name='establishment_name', opclasses=['gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('credit_code', ''), _negated=True), ('closed_on', None)), fields=('credit_code',), name='one_open_establishment_per_credit_code')],
            },
        ),
        migrations.CreateModel(
            name='Thing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(db_collation='C', max_length=17, verbose_name='identifier')),
                ('name', models.CharField(blank=True, max_length=30, verbose_name='name')),
                ('point', django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4490, verbose_name='point')),
                ('area_path', models.CharField(blank=True, db_collation='C', max_length=120)),
                ('unit_grid_code', models.CharField(blank=True, max_length=15, verbose_name='unit grid')),
                ('status', models.CharField(choices=[('intact', 'Intact'), ('damaged', 'Damaged'), ('lost', 'Lost'), ('abandoned', 'Abandoned'), ('removed', 'Removed')], default='intact', max_length=10, verbose_name='status')),
                ('position_source', models.CharField(blank=True, choices=[('survey', 'Surveyed'), ('topographic', 'Topographic map'), ('geographic', 'Basic geographic data'), ('other', 'Other')], max_length=12, verbose_name='source of the position')),
                ('accuracy', models.CharField(blank=True, choices=[('A', 'A'), ('B', 'B'), ('C', 'C')], max_length=1, verbose_name='accuracy class')),
                ('authority_code', models.CharField(blank=True, max_length=18, verbose_name='code of the authority')),
                ('authority_name', models.CharField(blank=True, max_length=100, verbose_name='authority')),
                ('owner_code', models.CharField(blank=True, max_length=18, verbose_name='code of the owner')),
                ('owner_name', models.CharField(blank=True, max_length=100, verbose_name='owner')),
                ('maintainer_code', models.CharField(blank=True, max_length=18, verbose_name='code of the maintainer')),
                ('maintainer_name', models.CharField(blank=True, max_length=100, verbose_name='maintainer')),
                ('started_on', models.DateField(verbose_name='first recorded on')),
                ('changed_on', models.DateField(blank=True, null=True, verbose_name='changed on')),
                ('remark', models.CharField(blank=True, max_length=1000, verbose_name='remark')),
                ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('grid', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('street', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('thing_class', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.thingclass')),
            ],
            options={
                'verbose_name': 'thing',
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['point'], name='thing_point'), models.Index(fields=['area_path'], name='thing_area_path')],
                'constraints': [models.UniqueConstraint(fields=('identifier',), name='thing_identifier_is_unique'), models.CheckConstraint(condition=models.Q(('identifier__regex', '^\\d{17}$')), name='thing_identifier_form')],
            },
        ),
    ]
