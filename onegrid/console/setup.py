"""What every installation needs in its database, demo or not: roles, calendars, classes. Safe to repeat."""

import typer

app = typer.Typer(help="Load the records that every installation starts from.", no_args_is_help=True)


@app.callback()
def _setup() -> None:
    from onegrid.console import start_django

    start_django()


@app.command("load")
def load() -> None:
    """Roles, calendar years, classes, the catalogue of matters, kinds of whistles. Run again it changes nothing."""
    from django.utils import timezone

    from onegrid.accounts.identity.actions import load_roles
    from onegrid.cases.catalog import shipped
    from onegrid.cases.catalog.actions import load_catalog, load_mappings
    from onegrid.cases.whistle.actions import load_kinds
    from onegrid.kit.actors import SystemActor
    from onegrid.places.calendars.actions import load_years
    from onegrid.registry.things.loading import load_classes

    by, at = SystemActor("setup"), timezone.now()
    load_roles(by=by, at=at)
    load_years(by=by, at=at, publish=True)
    load_classes(by=by, at=at)
    for name in shipped.names():
        load_catalog(content=shipped.content(name), by=by, at=at)
    load_mappings(content=shipped.mappings(), by=by, at=at)
    load_kinds(by=by, at=at)


@app.command("ready")
def ready(demo: bool = typer.Option(False, help="and the demo street, unless it is there")) -> None:
    """Tables up to date, starting records loaded: what every start does, in one process for speed.

    Before an upgrade, while the older code still serves, it does that part ahead: the next start leaves it out.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from onegrid.config.environment import environment
    from onegrid.console import readiness

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("· tables …", flush=True)
        call_command("migrate", verbosity=0)
    load()
    if demo:
        from django.utils import timezone

        from onegrid.console.demo import load as load_demo
        from onegrid.demo.loading.outside import connect_peer
        from onegrid.demo.seeds import DEFAULT_SEED

        load_demo(scale="street", seed=DEFAULT_SEED, components=None, cases=0, reload=False, yes=False)
        connect_peer(environment().var / "enforcement", environment().peer_port, timezone.now())
    if not environment().database_url:
        readiness.note(environment(), demo)
