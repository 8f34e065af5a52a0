"""`onegrid demo`: the invented street and city."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from onegrid.demo.seeds import DEFAULT_SEED

app = typer.Typer(help="The demo street and the demo city: nothing in them is real.", no_args_is_help=True)

MOST_CASES = 5_000_000
MOST = 15_000_000  # components: six digits of serial in each of 16 districts and some 136 classes
WORDS = {
    "town": "drawing the town", "areas": "areas", "people": "people and posts", "addresses": "addresses",
    "map": "base map", "firms": "shops and firms", "compounds": "compounds", "things": "city components",
    "cases": "sample cases",
    "streets": "districts, streets, communities", "grids": "unit grids", "workers": "a worker for every street",
    "indexes": "indexes and counts", "many": "cases with their timelines",
}  # fmt: skip
# What is counted in the last line of a load.
COUNTED = {
    "areas": ("区划网格", "areas and grids"), "people": ("人员", "people"), "addresses": ("地址", "addresses"),
    "features": ("底图要素", "map features"), "establishments": ("商户单位", "shops and firms"),
    "things": ("部件", "city components"), "cases": ("案件", "sample cases"),
    "facilities": ("设施", "facilities"),
    "components": ("部件", "city components"),
}  # fmt: skip


@app.command()
def load(
    scale: str = typer.Option("street", help="street or city"),
    seed: int = typer.Option(DEFAULT_SEED, help="another seed makes another town between the same roads"),
    components: int | None = typer.Option(None, help="how many components; street: 20000, city: 1000000"),
    cases: int = typer.Option(0, help="fill up to so many cases with whole timelines (lists and benches)"),
    reload: bool = typer.Option(False, "--reload", help="wipe the private database first"),
    yes: bool = typer.Option(False, "--yes", help="do not ask"),
) -> None:
    """Load the demo into an empty database. A second run changes nothing."""
    from django.utils import timezone

    from onegrid.demo.loading.state import city_is_loaded, street_is_loaded

    if scale not in ("street", "city"):
        raise typer.BadParameter("street or city", param_hint="--scale")
    if components is not None and not 0 <= components <= MOST:
        raise typer.BadParameter(f"0 to {MOST:,}", param_hint="--components")
    if not 0 <= cases <= MOST_CASES:
        raise typer.BadParameter(f"0 to {MOST_CASES:,}", param_hint="--cases")
    if reload:
        _wipe(yes)
    loaded = street_is_loaded() if scale == "street" else city_is_loaded()
    if loaded:
        print("· the demo is loaded already; `onegrid demo load --reload` starts over.")
        _fill(cases, seed)
        return
    from onegrid.demo.loading import city, street

    with _bars() as bars:
        if scale == "street":
            count = street.THINGS if components is None else components
            done: Any = street.load_street(seed, timezone.now(), things=count, steps=bars)
        else:
            count = city.COMPONENTS if components is None else components
            done = city.load_city(seed, timezone.now(), components=count, steps=bars)
    for line in _sentences(done):
        print(f"· {line}")
    _fill(cases, seed)


def _fill(wanted: int, seed: int) -> None:
    """Adds what is missing to so many cases."""
    import time

    from django.utils import timezone

    from onegrid.cases.flow.models import Case
    from onegrid.demo.caseload.city import furnish_city
    from onegrid.demo.caseload.loading import write_many_cases
    from onegrid.demo.loading.state import city_is_loaded

    missing = wanted - Case.objects.count() if wanted else 0
    if missing <= 0:
        return
    if city_is_loaded():
        furnish_city(timezone.now())
    begun = time.perf_counter()
    with _bars() as bars:
        added = write_many_cases(missing, seed, timezone.now(), steps=bars)
    rate = added / (time.perf_counter() - begun)
    print(f"· 案件 {added:,} 件已载入（每秒 {rate:,.0f} 件）。")
    print(f"· {added:,} cases are loaded ({rate:,.0f} a second); `onegrid verify cases` proves them.")


@app.command()
def wipe(yes: bool = typer.Option(False, "--yes", help="do not ask")) -> None:
    """Empty the private database under var/. A database given by ONEGRID_DATABASE_URL is never touched."""
    _wipe(yes)


@app.command()
def accounts() -> None:
    """Show the accounts to try, one for each role."""
    from onegrid.demo.accounts import ACCOUNTS, PASSWORD

    # Chinese over English, so that a row fits into 80 columns
    table = Table(title=f"密码 password: {PASSWORD}", title_justify="left")
    table.add_column("账号 account", no_wrap=True)
    table.add_column("角色 role", max_width=24)
    table.add_column("先试试 try first", max_width=35)
    for one in ACCOUNTS:
        table.add_row(one.username, f"{one.role}\n{one.role_en}", f"{one.first}\n{one.first_en}")
    Console().print(table)


def _sentences(done: Any) -> list[str]:
    """What came in, in Chinese and in English."""
    counts = [(name, count) for name, count in vars(done).items() if isinstance(count, int)]
    return [
        "演示数据已载入：" + "，".join(f"{COUNTED[name][0]} {count:,}" for name, count in counts) + "。",
        "The demo is loaded: " + ", ".join(f"{count:,} {COUNTED[name][1]}" for name, count in counts) + ".",
    ]


def _wipe(yes: bool) -> None:
    from django.core.management import call_command

    from onegrid.config.environment import environment
    from onegrid.demo.loading.wipe import wipe_database

    if environment().database_url:
        print("✗ Only the private database under var/ is wiped, and ONEGRID_DATABASE_URL names another one.")
        raise typer.Exit(1)
    if not yes:
        typer.confirm(
            "Everything in the private database is deleted, cases and accounts too. Go on?", abort=True
        )
    wipe_database()
    call_command("migrate", verbosity=0)
    print("· wiped; the tables are empty.")


class Bars:
    """A line for each step of the load."""

    def __init__(self, shown: Progress) -> None:
        self.shown = shown

    def step(self, name: str, total: int):
        task = self.shown.add_task(WORDS.get(name, name), total=total)
        return lambda done: self.shown.update(task, completed=min(done, total))


@contextmanager
def _bars() -> Iterator[Bars]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        yield Bars(shown)
        for task in shown.tasks:
            shown.update(task.id, completed=task.total)
