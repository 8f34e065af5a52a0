"""`onegrid map`: writes docs/map.md from the code: rooms, nouns, facts and who hears them, plug-in points."""

import ast
from collections.abc import Iterator
from pathlib import Path

import typer

from onegrid.config.environment import PREFIX, ROOT, Environment
from onegrid.console.develop import BUILDERS

ROOMS = [
    "portals", "exchange", "analysis", "oversight", "hall", "sensing", "cases", "forms", "registry", "accounts",
    "places", "kit",
]  # fmt: skip
ROLES = [
    "rules",
    "models",
    "access",
    "queries",
    "actions",
    "facts",
    "listeners",
    "plugins",
    "jobs",
    "api",
    "admin",
    "pages",
]
MAP = ROOT / "docs" / "map.md"
OPERATE = ROOT / "docs" / "operate.md"


def add_to(app: typer.Typer) -> None:
    app.command("map", rich_help_panel=BUILDERS)(write)


def write() -> None:
    """Write docs/map.md, and the variables in docs/operate.md, anew from the code."""
    MAP.write_text(drawn())
    OPERATE.write_text(with_variables(OPERATE.read_text()))
    print(f"wrote {MAP.relative_to(ROOT)} and the variables of {OPERATE.relative_to(ROOT)}")


def with_variables(page: str) -> str:
    """docs/operate.md with the table of variables between its two marks written anew."""
    fields = Environment.model_fields.items()
    rows = [(f"`{PREFIX}{name.upper()}`", field.description or "") for name, field in fields]
    before, rest = page.split("<!-- variables -->", 1)
    after = rest.split("<!-- end of variables -->", 1)[1]
    table = _table(["variable", "what it should be"], rows)
    return f"{before}<!-- variables -->\n{table}\n<!-- end of variables -->{after}"


def drawn() -> str:
    """The whole map as Markdown. Needs all rooms loaded, for facts and plug-in points register on import."""
    from onegrid.console import start_django

    start_django()
    parts = [
        "# Map of the house",
        "Written by `onegrid map` from the code; a test fails when it is stale. Do not edit by hand.",
        "Arrows between rooms go down only: a room knows the rooms below it, never those above or beside.",
        *(_room(name) for name in ROOMS if (ROOT / "onegrid" / name).is_dir()),
        "## Facts and who hears them",
        _table(["fact", "says", "heard by"], _facts()),
        "## Plug-in points",
        _table(["point", "meaning", "filled by"], _plugin_points()),
    ]
    return "\n\n".join(parts) + "\n"


def _room(name: str) -> str:
    folder = ROOT / "onegrid" / name
    rows = [
        (noun.name, _meaning(noun / "__init__.py"), ", ".join(_roles(noun)))
        for noun in sorted(folder.iterdir())
        if (noun / "__init__.py").exists() and noun.name != "migrations"
    ]
    return f"## {name}\n\n{_meaning(folder / '__init__.py')}\n\n" + _table(["noun", "what", "files"], rows)


def _roles(noun: Path) -> list[str]:
    """File roles present, a folder of the role's name counting as well."""
    return [role for role in ROLES if (noun / f"{role}.py").exists() or (noun / role).is_dir()]


def _meaning(path: Path) -> str:
    """First sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text())) if path.exists() else None
    return (text or "").split("\n\n")[0].replace("\n", " ")


def _facts() -> Iterator[tuple[str, str, str]]:
    from onegrid.kit.facts import FACTS, LISTENERS

    for kind, fact in sorted(FACTS.items()):
        if not fact.__module__.startswith("onegrid."):
            continue  # a test's own
        hearers = sorted(name for name, listener in LISTENERS.items() if fact in listener.hears)
        yield (
            kind,
            (fact.__doc__ or "").strip().split("\n")[0],
            ", ".join(hearers) or ("live screens" if fact.seen_with else "nobody yet"),
        )


def _plugin_points() -> Iterator[tuple[str, str, str]]:
    from onegrid.kit.plugins import Registry

    for registry in sorted(Registry.every, key=lambda r: r.group):
        yield registry.group, registry.meaning, ", ".join(registry.keys())


def _table(heads: list[str], rows) -> str:
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
