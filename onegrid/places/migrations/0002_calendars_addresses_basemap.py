import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BaseEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('made_by', models.CharField(max_length=80, verbose_name='made by')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
            ],
            options={
                'verbose_name': 'base map edition',
            },
        ),
        migrations.CreateModel(
            name='CalendarVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('made_at', models.DateTimeField(verbose_name='made at')),
                ('made_by', models.CharField(max_length=80, verbose_name='made by')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published at')),
            ],
            options={
                'verbose_name': 'calendar version',
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('community', 'Community or village'), ('road', 'Road or lane'), ('compound', 'Compound'), ('building', 'Building'), ('unit', 'Unit'), ('floor', 'Floor'), ('room', 'Room')], max_length=10, verbose_name='level')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('path', models.CharField(db_collation='C', editable=False, max_length=120)),
                ('full_name', models.CharField(max_length=200, verbose_name='full name')),
                ('pinyin', models.CharField(blank=True, db_collation='C', max_length=200)),
                ('initials', models.CharField(blank=True, db_collation='C', max_length=60)),
                ('point', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, spatial_index=False, srid=4490, verbose_name='point')),
                ('area_path', models.CharField(blank=True, db_collation='C', max_length=120)),
                ('floors', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='floors')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('grid', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.area')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='places.address')),
            ],
            options={
                'verbose_name': 'address',
            },
        ),
        migrations.CreateModel(
            name='AddressKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField()),
                ('key', models.CharField(db_collation='C', max_length=200)),
                ('area_path', models.CharField(blank=True, db_collation='C', max_length=120)),
                ('former', models.BooleanField(default=False)),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='places.address')),
            ],
        ),
        migrations.CreateModel(
            name='BaseFeature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('layer', models.CharField(choices=[('land', 'Land use'), ('water', 'Water'), ('green', 'Green space'), ('road', 'Roads'), ('rail', 'Railways'), ('building', 'Buildings'), ('boundary', 'Boundaries'), ('label', 'Place names')], max_length=10, verbose_name='layer')),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=4490, verbose_name='geometry')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='name')),
                ('floors', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='floors')),
                ('height_m', models.FloatField(blank=True, null=True, verbose_name='height in metres')),
                ('road_class', models.CharField(blank=True, choices=[('express', 'Expressway'), ('arterial', 'Arterial road'), ('secondary', 'Secondary road'), ('branch', 'Branch road'), ('lane', 'Lane or path')], max_length=10, verbose_name='road class')),
                ('min_zoom', models.PositiveSmallIntegerField(default=0)),
                ('max_zoom', models.PositiveSmallIntegerField(default=24)),
                ('address', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='places.address')),
            ],
            options={
                'verbose_name': 'base map feature',
            },
        ),
        migrations.CreateModel(
            name='FormerName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('full_name', models.CharField(max_length=200, verbose_name='full name')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(verbose_name='valid to')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('address', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_names', to='places.address')),
            ],
            options={
                'verbose_name': 'former name',
            },
        ),
        migrations.CreateModel(
            name='SpecialDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_path', models.CharField(blank=True, db_collation='C', default='', max_length=120, verbose_name='area')),
                ('day', models.DateField(verbose_name='day')),
                ('kind', models.CharField(choices=[('holiday', 'Day off'), ('makeup', 'Make-up workday')], max_length=8, verbose_name='kind')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='places.calendarversion')),
            ],
            options={
                'verbose_name': 'special day',
                'ordering': ['day', 'area_path'],
            },
        ),
        migrations.CreateModel(
            name='WorkingPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area_path', models.CharField(blank=True, db_collation='C', default='', max_length=120, verbose_name='area')),
                ('weekday', models.PositiveSmallIntegerField(verbose_name='weekday')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='to')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='places.calendarversion')),
            ],
            options={
                'verbose_name': 'working period',
                'ordering': ['area_path', 'weekday', 'starts'],
            },
        ),
        migrations.AddIndex(
            model_name='address',
            index=models.Index(fields=['area_path'], name='address_area_path'),
        ),
        migrations.AddIndex(
            model_name='address',
            index=django.contrib.postgres.indexes.GistIndex(condition=models.Q(('valid_to', None)), fields=['point'], name='address_point'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(fields=('path',), name='address_path_is_unique'),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('parent', 'kind', 'name'), name='one_open_address_per_name', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='address',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='address_closes_after_it_opens'),
        ),
        migrations.AddIndex(
            model_name='addresskey',
            index=models.Index(fields=['rank', 'key'], include=('area_path', 'address', 'former'), name='address_key_range'),
        ),
        migrations.AddIndex(
            model_name='basefeature',
            index=django.contrib.postgres.indexes.GistIndex(fields=['geometry'], name='base_feature_geometry'),
        ),
        migrations.AddConstraint(
            model_name='basefeature',
            constraint=models.CheckConstraint(condition=models.Q(('max_zoom__gte', models.F('min_zoom'))), name='base_feature_zooms'),
        ),
        migrations.AddConstraint(
            model_name='specialday',
            constraint=models.UniqueConstraint(fields=('version', 'day', 'area_path'), name='one_special_day_per_area_and_date'),
        ),
        migrations.AddConstraint(
            model_name='workingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__range', (1, 7))), name='working_period_weekday'),
        ),
        migrations.AddConstraint(
            model_name='workingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='working_period_ends_later'),
        ),
    ]
