"""Given the older code at work, when tables are changed below it, then it goes on (docs/operate.md, newer version).

Of migrations from the first release on; those before may stay as they are: nobody upgraded by them under traffic.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import NOT_PROVIDED

from onegrid.config.environment import ROOT

BEFORE_THAT = {
    "accounts": 8, "cases": 34, "exchange": 2, "hall": 5, "kit": 6, "oversight": 5, "places": 2, "registry": 7,
}  # fmt: skip
# Steps that take something away: name of the migration → since which release no code asks for it.
NOBODY_ASKS: dict[str, str] = {}
# Steps whose doings are not seen from here: name of the migration → why the older code goes on beside it.
LOOKED_AT = {
    "accounts.0010_notices_without_a_third_index": "drops an index that another replaces",
    "cases.0038_number_without_a_second_index": "drops an index that nothing asked for",
    "cases.0035_recounted_clocks": "other choices of a verb: the column stays as it is",
    "exchange.0003_purpose_of_words": "a handful of connected systems, in a column that the older code does not read",
    "exchange.0004_words_for_applications": "the same of a handful of applications",
    "exchange.0005_purpose_owed": "two columns of a handful of connected systems that the older code does not read",
    "exchange.0006_applications_owe_a_purpose": "the same of a handful of applications",
    "oversight.0006_recounted_errands": "other choices of a state: the column stays as it is",
    "registry.0009_cells_counted_anew": "older than this rule: counts all in one transaction, listeners wait",
}
UNSEEN = (RunPython, RunSQL, SeparateDatabaseAndState, AlterField)
TAKES_AWAY = (RemoveField, DeleteModel, RenameField, RenameModel)


def complaints(migration: Migration) -> Iterator[str]:
    made = {one.name.lower() for one in migration.operations if isinstance(one, CreateModel)}
    looked_at = f"{migration.app_label}.{migration.name}" in LOOKED_AT
    only_indexes = all(isinstance(one, AddIndex) for one in migration.operations)
    for one in migration.operations:
        if isinstance(one, AddField) and one.model_name.lower() not in made and not has_a_value(one.field):
            yield f"{one.describe()}: the older code writes rows without it; null=True or db_default"
        if isinstance(one, TAKES_AWAY) and migration.name not in NOBODY_ASKS:
            yield f"{one.describe()}: the older code asks for it; a release later, named in NOBODY_ASKS"
        new = isinstance(one, AlterField) and one.model_name.lower() in made
        if isinstance(one, UNSEEN) and not new and not looked_at:
            yield f"{one.describe()}: may write or rewrite a whole table; look, then name it in LOOKED_AT"
        if checks_all_rows(one) and one.model_name.lower() not in made and not looked_at:
            yield f"{one.describe()}: reads the table while nobody writes; AddConstraintNotValid, ValidateConstraint"
        if isinstance(one, AddIndex) and one.model_name.lower() not in made and not only_indexes:
            yield f"{one.describe()}: in a migration of its own, then it is built beside writers"


def checks_all_rows(one: Operation) -> bool:
    return isinstance(one, AddConstraint) and not isinstance(one, AddConstraintNotValid)


def has_a_value(field: models.Field) -> bool:
    return field.null or field.db_default is not NOT_PROVIDED or field.many_to_many or field.generated


def test_new_migrations_let_the_older_code_go_on():
    found = []
    for (label, name), migration in sorted(
        MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()
    ):
        ours = Path(apps.get_app_config(label).path).is_relative_to(ROOT / "onegrid")
        if ours and int(name[:4]) > BEFORE_THAT.get(label, 0):
            found += [f"{label}.{name}: {words}" for words in complaints(migration)]
    assert not found, "\n".join(found)


KEY = ("id", models.BigAutoField(primary_key=True))
CHECK = models.CheckConstraint(condition=models.Q(id__gt=0), name="y")
INDEX = AddIndex("case", models.Index(fields=["id"], name="x"))


@pytest.mark.parametrize(
    ("operations", "fine"),
    [
        ([AddField("case", "colour", models.CharField(max_length=5, default=""))], False),
        ([AddField("case", "colour", models.CharField(max_length=5, db_default=""))], True),
        ([AddField("case", "colour", models.CharField(max_length=5, null=True))], True),
        ([CreateModel("Case", [KEY]), AddField("case", "colour", models.IntegerField())], True),
        ([RemoveField("case", "colour")], False),
        ([INDEX], True),
        ([INDEX, AddField("case", "colour", models.IntegerField(null=True))], False),
        ([CreateModel("Case", [KEY]), INDEX], True),
        ([RunPython(RunPython.noop)], False),
        ([RunSQL("SELECT 1")], False),
        ([SeparateDatabaseAndState([RunSQL("SELECT 1")])], False),
        ([CreateModel("Case", [KEY]), RunSQL("SELECT 1")], False),
        ([AlterField("case", "colour", models.CharField(max_length=9))], False),
        ([CreateModel("Case", [KEY]), AlterField("case", "id", models.BigAutoField(primary_key=True))], True),
        ([AddConstraint("case", CHECK)], False),
        ([CreateModel("Case", [KEY]), AddConstraint("case", CHECK)], True),
        ([AddConstraintNotValid("case", CHECK)], True),
        ([ValidateConstraint("case", "y")], True),
    ],
)
def test_what_is_said_of(operations, fine):
    migration = Migration("0099_x", "cases")
    migration.operations = operations
    assert (not list(complaints(migration))) is fine


def test_every_exception_is_there():
    there = {
        f"{label}.{name}" for label, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    assert set(LOOKED_AT) <= there
