import django.contrib.gis.db.models.fields
import django.db.models.deletion
import onegrid.cases.whistle.rules
from django.conf import settings
from django.db import migrations, models


GUARD = """
CREATE SEQUENCE cases_whistle_serial MINVALUE 1 MAXVALUE 9999999 CYCLE;
CREATE TRIGGER cases_whistlestep_stands BEFORE UPDATE OR DELETE ON cases_whistlestep
    FOR EACH ROW EXECUTE FUNCTION cases_row_stands();
CREATE TRIGGER cases_whistlesteps_stand BEFORE TRUNCATE ON cases_whistlestep
    FOR EACH STATEMENT EXECUTE FUNCTION cases_row_stands();
ALTER TABLE cases_whistlestep ENABLE ALWAYS TRIGGER cases_whistlestep_stands;
"""
UNGUARD = """
DROP TRIGGER cases_whistlesteps_stand ON cases_whistlestep;
DROP TRIGGER cases_whistlestep_stands ON cases_whistlestep;
DROP SEQUENCE cases_whistle_serial;
"""


class Migration(migrations.Migration):
    """Whistles; serials of their numbers, and the append-only guard of their timeline."""

    dependencies = [
        ("accounts", "0005_presence"),
        ("cases", "0028_pressed_cases"),
        ("kit", "0006_audit_by_phone"),
        ("places", "0002_calendars_addresses_basemap"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="KindEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "status",
                    models.CharField(choices=[("draft", "Draft"), ("published", "Published")], max_length=10),
                ),
                ("digest", models.CharField(max_length=64)),
                ("settings", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "edition of whistle kinds",
            },
        ),
        migrations.CreateModel(
            name="Whistle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="number")),
                ("area_path", models.CharField(db_collation="C", max_length=120)),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                (
                    "point",
                    django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4490),
                ),
                ("words", models.TextField(verbose_name="what is asked")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for approval"),
                            ("running", "Departments are coming"),
                            ("finished", "Whistle finished"),
                            ("withdrawn", "Whistle withdrawn"),
                            ("declined", "Whistle not approved"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("blown_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("key", models.CharField(max_length=64)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "approved_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
                (
                    "blown_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "street",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.area",
                    ),
                ),
            ],
            options={
                "verbose_name": "whistle",
            },
        ),
        migrations.CreateModel(
            name="SiteRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("findings", models.TextField(verbose_name="findings")),
                ("written_at", models.DateTimeField()),
                ("sealed_at", models.DateTimeField(null=True)),
                ("seal", models.CharField(blank=True, max_length=64)),
                (
                    "written_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "whistle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="record", to="cases.whistle"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WhistleKind",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=24)),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("appeal", "Appeals"),
                            ("key_work", "Key work"),
                            ("joint", "Joint enforcement"),
                            ("emergency", "Emergencies"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("name_en", models.CharField(max_length=60)),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            ("national", "National value"),
                            ("local_sample", "Local sample"),
                            ("unverified", "Unverified"),
                        ],
                        max_length=16,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=120)),
                ("active", models.BooleanField()),
                ("blown_by", models.CharField(max_length=10)),
                ("approval", models.BooleanField()),
                ("urgent", models.BooleanField()),
                ("remote", models.BooleanField()),
                ("limits", models.JSONField()),
                (
                    "edition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kinds",
                        to="cases.kindedition",
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of whistle",
                "ordering": ["position"],
            },
        ),
        migrations.AddField(
            model_name="whistle",
            name="kind",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.whistlekind",
            ),
        ),
        migrations.CreateModel(
            name="WhistleRating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("of_department", models.BooleanField()),
                ("stars", models.PositiveSmallIntegerField()),
                ("words", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="cases.whistle",
                    ),
                ),
            ],
            options={
                "verbose_name": "rating of a whistle",
            },
        ),
        migrations.CreateModel(
            name="WhistleStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("ask", "Written, waits for approval"),
                            ("blow", "Whistle blown"),
                            ("decline", "Approval declined"),
                            ("withdraw", "Withdrawn by the street"),
                            ("sign", "Signed the call"),
                            ("contact", "Contacted the street"),
                            ("report_in", "Reported in"),
                            ("finish", "Finished its part"),
                            ("refuse", "Refused the call"),
                            ("uphold", "District: the call stands"),
                            ("excuse", "District: the department is excused"),
                            ("call", "Called as well"),
                            ("escalate", "A limit has passed; district and leader told"),
                            ("record", "Joint site record written"),
                            ("attest", "Signed the joint site record"),
                            ("task", "A task is done"),
                            ("end", "All departments have finished"),
                            ("rate", "Rated"),
                        ],
                        max_length=10,
                    ),
                ),
                ("actor_key", models.CharField(max_length=80)),
                ("actor_label", models.CharField(max_length=80)),
                ("words", models.TextField(blank=True)),
                ("details", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="cases.whistle",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="RecordSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="cases.siterecord",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record", "organisation"),
                        name="one_signature_per_department",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteTask",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("words", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                ("done_words", models.CharField(blank=True, max_length=300)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tasks",
                        to="cases.siterecord",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at", None), ("told_at", None)),
                        fields=["due_on"],
                        name="site_task_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("record", "position"), name="one_site_task_per_position")
                ],
            },
        ),
        migrations.CreateModel(
            name="WhistleCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(choices=[("lead", "Leads"), ("helper", "Helps")], max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("called", "Called"),
                            ("signed", "Call signed"),
                            ("contacted", "Has contacted the street"),
                            ("reported", "Has reported in"),
                            ("finished", "Has finished"),
                            ("refused", "Refuses; the district decides"),
                            ("excused", "Excused"),
                        ],
                        default=onegrid.cases.whistle.rules.CallState["CALLED"],
                        max_length=10,
                    ),
                ),
                ("called_at", models.DateTimeField(null=True)),
                ("calendar_version", models.CharField(blank=True, max_length=80)),
                ("sign_due", models.DateTimeField(null=True)),
                ("contact_due", models.DateTimeField(null=True)),
                ("report_in_due", models.DateTimeField(null=True)),
                ("finish_due", models.DateTimeField(null=True)),
                ("decide_due", models.DateTimeField(null=True)),
                ("sign_at", models.DateTimeField(null=True)),
                ("contact_at", models.DateTimeField(null=True)),
                ("report_in_at", models.DateTimeField(null=True)),
                ("finish_at", models.DateTimeField(null=True)),
                ("tell_at", models.DateTimeField(null=True)),
                ("escalated", models.PositiveSmallIntegerField(default=0)),
                (
                    "way",
                    models.CharField(
                        blank=True, choices=[("site", "on site"), ("remote", "from afar")], max_length=6
                    ),
                ),
                (
                    "point",
                    django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4490),
                ),
                ("metres", models.PositiveIntegerField(null=True)),
                ("by_code", models.BooleanField(default=False)),
                ("result", models.TextField(blank=True)),
                ("refusal", models.TextField(blank=True)),
                ("decision", models.TextField(blank=True)),
                ("refusals", models.PositiveSmallIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kit.storedfile",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="cases.whistle",
                    ),
                ),
            ],
            options={
                "verbose_name": "call",
                "indexes": [
                    models.Index(fields=["organisation", "-id"], name="call_of_department"),
                    models.Index(
                        condition=models.Q(("tell_at", None), _negated=True),
                        fields=["tell_at"],
                        name="call_silent",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("whistle", "organisation"), name="one_call_per_department"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WhistleCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("held", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked",
                        to="cases.whistle",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("whistle", "case"), name="one_row_per_case_of_a_whistle")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="whistlekind",
            constraint=models.UniqueConstraint(fields=("edition", "code"), name="one_whistle_kind_per_code"),
        ),
        migrations.AddIndex(
            model_name="whistle",
            index=models.Index(fields=["area_path", "-id"], name="whistle_area"),
        ),
        migrations.AddIndex(
            model_name="whistle",
            index=models.Index(fields=["street", "-blown_at"], name="whistle_street"),
        ),
        migrations.AddIndex(
            model_name="whistle",
            index=models.Index(
                condition=models.Q(("ended_at", None)), fields=["area_path"], name="whistle_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="whistle",
            constraint=models.UniqueConstraint(fields=("blown_by", "key"), name="one_whistle_per_key"),
        ),
        migrations.AddConstraint(
            model_name="whistle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        frozenset(
                            [
                                onegrid.cases.whistle.rules.State["DECLINED"],
                                onegrid.cases.whistle.rules.State["FINISHED"],
                                onegrid.cases.whistle.rules.State["WITHDRAWN"],
                            ]
                        ),
                    ),
                    ("ended_at", None),
                    _connector="XOR",
                ),
                name="only_ended_whistles_have_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="whistlerating",
            constraint=models.UniqueConstraint(
                fields=("whistle", "organisation", "of_department"), name="one_rating_each_way"
            ),
        ),
        migrations.AddConstraint(
            model_name="whistlerating",
            constraint=models.CheckConstraint(
                condition=models.Q(("stars__range", (1, 5))), name="whistle_stars_1_to_5"
            ),
        ),
        migrations.AddConstraint(
            model_name="whistlestep",
            constraint=models.UniqueConstraint(
                fields=("whistle", "position"), name="one_whistle_step_per_position"
            ),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
