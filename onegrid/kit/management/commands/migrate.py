"""`migrate` as Django does it, with the same statements, in a fraction of its time on an empty database.

Django holds every model as a class and, at each step, builds anew the classes of all models that hang together with
the changed one. In this house nearly all do: 440 steps built 10,000 classes. A statement is written from the changed
model alone, so where a step adds something, or changes what nobody points to, only that class is built anew. Steps
that change or rename what others point to go Django's way, and code of ours within a migration (RunPython) finds
every class built anew, as after each step that Django itself calls delayed.

On a database in use it keeps nobody waiting for long (kit.management.beside).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.state import ProjectState
from django.db.models import Model

from onegrid.kit.management.beside import beside_others

ALWAYS = ("add_model", "add_field", "_append_option")
WHERE_NOBODY_POINTS = ("alter_field", "alter_model_options")


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with changed_models_alone(), beside_others(self.stdout.write):
            return super().handle(*args, **options)


@contextmanager
def changed_models_alone() -> Iterator[None]:
    """Inside, the verbs above build the class of the changed model and no other."""
    theirs = {name: getattr(ProjectState, name) for name in (*ALWAYS, *WHERE_NOBODY_POINTS, "reload_model")}
    for name in ALWAYS:
        setattr(ProjectState, name, within(theirs[name], always=True))
    for name in WHERE_NOBODY_POINTS:
        setattr(ProjectState, name, within(theirs[name], always=False))
    setattr(ProjectState, "reload_model", reload_with(theirs["reload_model"]))  # noqa: B010  types hold methods fixed
    try:
        yield
    finally:
        for name, method in theirs.items():
            setattr(ProjectState, name, method)


def within(verb: Callable, *, always: bool) -> Callable:
    """The verb, noting on the state meanwhile how far its reload may go alone."""

    @wraps(verb)
    def noted(state: Any, *args: Any, **more: Any) -> None:
        state.alone = always
        try:
            verb(state, *args, **more)
        finally:
            del state.alone

    return noted


def reload_with(django_reload: Callable) -> Callable:
    @wraps(django_reload)
    def reload_model(state: Any, app_label: str, model_name: str, delay: bool = False) -> None:
        if "apps" not in state.__dict__:
            return
        always = getattr(state, "alone", None)  # None: a verb that goes Django's way
        if always is None or not (always or delay) or has_heirs(state, app_label, model_name):
            django_reload(state, app_label, model_name, delay)
            return
        state.is_delayed = True
        state._reload({(app_label, model_name)})

    return reload_model


def has_heirs(state: Any, app_label: str, model_name: str) -> bool:
    """Whether other models inherit its fields."""
    model = state.apps.all_models[app_label].get(model_name)
    return model is not None and any(issubclass(heir, Model) for heir in model.__subclasses__())
