"""The ground that benches stand on: the demo street, filled up to so many cases, whatever the database holds; or a
database of their own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.console.demo import _fill
from onegrid.demo.loading.state import city_is_loaded, street_is_loaded
from onegrid.demo.loading.street import load_street
from onegrid.demo.seeds import DEFAULT_SEED

ENOUGH = 0.99  # of the cases that were asked for
THINGS = 2_000  # components of the street; `bench tiles` loads its own


def furnished(cases: int = 0) -> int:
    """Loads the street into a database that has neither street nor city, and adds what is missing to so many cases.
    How many there are then. Where next to nothing is missing nothing is added."""
    if not street_is_loaded() and not city_is_loaded():
        print("the demo street is loaded first", flush=True)
        load_street(DEFAULT_SEED, timezone.now(), things=THINGS)
    there = Case.objects.count()
    if there < cases * ENOUGH:
        _fill(cases, DEFAULT_SEED)
        there = Case.objects.count()
    return there


@contextmanager
def database_of_its_own(what: str) -> Iterator[None]:
    """Empty at first and gone afterwards, beside that of the bench: its cases stay as they are, and growth begins
    with few."""
    shared = connection.settings_dict["NAME"]
    own = f"{shared}_{what}"
    _again(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)', f'CREATE DATABASE "{own}"')
    _turn_to(own)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        _turn_to(shared)
        _again(f'DROP DATABASE "{own}" WITH (FORCE)')


def _again(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
