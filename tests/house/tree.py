"""Reads the source tree as text: what the import contracts cannot show. Each check returns complaints, one a line."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [  # bottom up; rooms on one floor share a rank
    {"kit"}, {"places"}, {"accounts"}, {"registry"}, {"forms"}, {"cases"}, {"hall", "sensing"},
    {"analysis", "oversight"}, {"exchange"}, {"portals"},
]  # fmt: skip
RANK = {room: rank for rank, rooms in enumerate(ROOMS) for room in rooms}
LINKS = {"ForeignKey", "OneToOneField", "ManyToManyField"}
WRITES = {
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "acreate",
    "asave",
    "aupdate",
}


Found = list[ast.Call | ast.Attribute]


@cache
def sources(package: Path) -> list[tuple[Path, Found]]:
    """Each file's calls and attributes. Read once for all checks: it takes longer than they do."""
    return [
        (path.relative_to(package), _found(ast.parse(path.read_text(), str(path))))
        for path in sorted(package.glob("**/*.py"))
        if "migrations" not in path.parts
    ]


def _found(tree: ast.Module) -> Found:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Attribute)]


def upward_links(package: Path) -> list[str]:
    """Foreign keys written as "room.Model" strings that point to a room above their own."""
    return [
        f"{path}:{call.lineno} points up to {target}"
        for path, nodes in sources(package)
        for call, target in _string_links(nodes)
        if RANK.get(target.split(".")[0].lower(), -1) > RANK.get(path.parts[0], 99)
    ]


def _string_links(nodes: Found) -> Iterator[tuple[ast.Call, str]]:
    for node in nodes:
        if isinstance(node, ast.Call) and _called(node) in LINKS:
            named = [k.value for k in node.keywords if k.arg == "to"]
            for target in [*node.args[:1], *named]:
                if isinstance(target, ast.Constant) and isinstance(target.value, str) and "." in target.value:
                    yield node, target.value


def stray_writes(package: Path) -> list[str]:
    """Calls that change rows anywhere but in an `actions` module. kit keeps its own tables; demo loads in bulk."""
    return [
        f"{path}:{node.lineno} writes: .{_called(node)}()"
        for path, nodes in sources(package)
        if path.parts[0] not in {"kit", "demo", "config", "console"} and not _is_actions(path)
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_write(node)
    ]


def _is_actions(path: Path) -> bool:
    return path.name.startswith("actions") or "actions" in path.parts or path.name == "loading.py"


def _is_write(call: ast.Call) -> bool:
    """`.save()` and `.delete()` without positional words, `.update(field=…)`: a model, not a dict or an image."""
    name = _called(call)
    if name in WRITES:
        return True
    if name in {"save", "delete", "_raw_delete"}:
        return not call.args
    return name == "update" and bool(call.keywords) and not call.args


def clocks_in_rules(package: Path) -> list[str]:
    """Rules get the time as an argument: a rule that reads a clock cannot be asked about yesterday."""
    reads = {"now", "today", "utcnow", "localtime", "localdate", "time", "monotonic", "perf_counter"}
    return [
        f"{path}:{node.lineno} reads a clock: {_called(node)}()"
        for path, nodes in sources(package)
        if path.name == "rules.py" or "rules" in path.parts
        for node in nodes
        if isinstance(node, ast.Call) and _called(node) in reads and not (_called(node) == "time" and node.args)
        and not node.keywords
        and not (_called(node) == "time" and isinstance(node.func, ast.Attribute) and _owner(node.func) != "time")
    ]  # fmt: skip


def environment_readers(package: Path) -> list[str]:
    """os.environ and getenv belong to onegrid/config (and to the console, which passes it on to children)."""
    return [
        f"{path}:{node.lineno} reads the environment"
        for path, nodes in sources(package)
        if path.parts[0] not in {"config", "console"}
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]


def forbidden_names(package: Path) -> list[str]:
    """Module names that say nothing (docs/house.md)."""
    empty_words = {
        "utils",
        "helpers",
        "common",
        "misc",
        "core",
        "base",
        "manager",
        "service",
        "handler",
        "data",
        "info",
    }
    return [str(path) for path, _ in sources(package) if path.stem in empty_words]


def long_files(package: Path, most: int = 450) -> list[str]:
    return [
        f"{path.relative_to(package)} has {count} lines"
        for path in sorted(package.glob("**/*.py"))
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > most
    ]


def crowded_readmes(package: Path) -> list[str]:
    """Every room has a README of at most 30 lines."""
    complaints = []
    for room in sorted(p for p in package.iterdir() if p.is_dir() and p.name in RANK):
        readme = room / "README.md"
        if not readme.exists():
            complaints.append(f"{room.name} has no README.md")
        elif len(readme.read_text().splitlines()) > 30:
            complaints.append(f"{room.name}/README.md is longer than 30 lines")
    return complaints


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _owner(attribute: ast.Attribute) -> str:
    return getattr(attribute.value, "id", "")
