"""`migrate` writes the statements that Django's writes, with fewer classes built on the way."""

import pytest
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState

from onegrid.kit.management.commands.migrate import Command, changed_models_alone

WHOLE_GRAPH = [
    ("accounts", "0003_phone_messages")
]  # people, places, facts: added to, altered, with code in between


def statements() -> tuple[list[str], int]:
    """What would be sent to an empty database, and how many classes were built for it."""
    built, render = [], ModelState.render
    executor = MigrationExecutor(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            ModelState, "render", lambda state, apps: built.append(state.name) or render(state, apps)
        )
        return executor.loader.collect_sql(executor.migration_plan(WHOLE_GRAPH, clean_start=True)), len(built)


@pytest.mark.django_db
def test_the_statements_are_djangos_own():
    theirs, many = statements()
    with changed_models_alone():
        ours, few = statements()
    assert ours == theirs
    assert any('CREATE TABLE "accounts_user"' in one for one in ours) and few * 3 < many


def state_of(*model_states: ModelState) -> ProjectState:
    state = ProjectState()
    for one in model_states:
        state.add_model(one)
    assert state.apps is not None  # built: from here on each step builds anew
    return state


def a_model(name: str, *fields: tuple[str, models.Field], bases=(models.Model,)) -> ModelState:
    key = [] if bases != (models.Model,) else [("id", models.BigAutoField(primary_key=True))]
    return ModelState("places", name, [*key, *fields], bases=bases)


def test_heirs_get_what_is_added_to_their_parent():
    link = models.OneToOneField("places.Area", models.CASCADE, primary_key=True, parent_link=True)
    state = state_of(a_model("Area"), a_model("Grid", ("area_ptr", link), bases=("places.area",)))
    with changed_models_alone():
        state.add_field("places", "area", "name", models.CharField(max_length=9), True)
    assert state.apps.get_model("places", "grid")._meta.get_field("name")


def test_what_others_point_to_is_altered_as_django_does_it():
    points = ("area", models.ForeignKey("places.Area", models.CASCADE))
    state = state_of(a_model("Area"), a_model("Address", points))
    before = state.apps.get_model("places", "address")
    with changed_models_alone():
        state.add_field("places", "area", "name", models.CharField(max_length=9), True)
        assert state.apps.get_model("places", "address") is before  # nothing of it has changed
        state.alter_field("places", "area", "id", models.AutoField(primary_key=True), True)
    address, area = state.apps.get_model("places", "address"), state.apps.get_model("places", "area")
    assert address is not before and address._meta.get_field("area").related_model is area


def test_code_in_a_migration_finds_every_class_built_anew():
    """Django asks a state that was delayed to build all of them before it runs code (RunPython)."""
    state = state_of(a_model("Area"))
    with changed_models_alone():
        points = ("area", models.ForeignKey("places.Area", models.CASCADE))
        state.add_model(a_model("Address", points))
    assert state.is_delayed
    state.clear_delayed_apps_cache()
    area = state.apps.get_model("places", "area")
    assert [link.related_model.__name__ for link in area._meta.related_objects] == ["Address"]


def test_the_command_leaves_django_as_it_was(monkeypatch):
    before, seen = ProjectState.reload_model, []
    monkeypatch.setattr(
        "django.core.management.commands.migrate.Command.handle",
        lambda *_args, **_more: seen.append(ProjectState.reload_model),
    )
    Command().handle()
    assert seen != [before] and ProjectState.reload_model is before
