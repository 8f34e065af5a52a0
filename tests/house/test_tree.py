"""The house as it is, and each check shown to fail on a planted fault."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree

PACKAGE = tree.ROOT / "onegrid"
CHECKS = [
    tree.upward_links,
    tree.stray_writes,
    tree.clocks_in_rules,
    tree.environment_readers,
    tree.forbidden_names,
    tree.long_files,
    tree.crowded_readmes,
]


@pytest.fixture(scope="module", autouse=True)
def _forgotten():
    """What was read is large."""
    yield
    tree.sources.cache_clear()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_house_is_in_order(check):
    assert check(PACKAGE) == []


PLANTED = [
    (tree.upward_links, "places/areas/models.py", 'x = models.ForeignKey("cases.Case", models.PROTECT)'),
    (tree.upward_links, "kit/audit/models.py", 'x = models.ForeignKey(to="accounts.User", on_delete=None)'),
    (
        tree.stray_writes,
        "portals/desk/pages.py",
        "def page(request):\n    Case.objects.filter(pk=1).update(state='x')",
    ),
    (tree.stray_writes, "portals/desk/pages.py", "def page(request):\n    case.save()"),
    (tree.stray_writes, "cases/flow/queries.py", "Case.objects.create(number='1')"),
    (tree.stray_writes, "cases/flow/queries.py", "case.delete()"),
    (tree.clocks_in_rules, "cases/flow/rules.py", "from datetime import datetime\nx = datetime.now()"),
    (tree.clocks_in_rules, "cases/flow/rules.py", "import time\nx = time.time()"),
    (tree.environment_readers, "places/areas/queries.py", "import os\nx = os.environ['HOME']"),
    (tree.forbidden_names, "places/areas/utils.py", "x = 1"),
    (tree.long_files, "places/areas/models.py", "x = 1\n" * 451),
    (tree.crowded_readmes, "places/README.md", "line\n" * 31),
]


@pytest.mark.parametrize(("check", "path", "text"), PLANTED)
def test_a_planted_fault_is_found(check, path, text, tmp_path):
    planted = tmp_path / path
    planted.parent.mkdir(parents=True)
    planted.write_text(text)
    assert check(tmp_path)


def test_what_looks_like_a_write_but_is_none_passes(tmp_path):
    page = tmp_path / "portals" / "desk" / "pages.py"
    page.parent.mkdir(parents=True)
    page.write_text("digest.update(b'x')\nwords.update({'a': 1})\nbook.save('file.xlsx')\n")
    assert tree.stray_writes(tmp_path) == []


def contracts(folder: Path) -> subprocess.CompletedProcess:
    """lint-imports over the package that lies in `folder`."""
    command = [
        Path(sys.executable).parent / "lint-imports",
        "--no-cache",
        "--config",
        folder / "pyproject.toml",
    ]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)}
    )


def test_the_import_contracts_hold():
    done = contracts(tree.ROOT)
    assert done.returncode == 0, done.stdout


ROOMS = "Rooms: arrows go down only"
# file, the line that is planted in it, the contract that breaks, and what its report says
PLANTED_IMPORTS = [
    (
        "places/areas/queries.py",
        "import onegrid.cases.flow.models",
        ROOMS,
        "queries -> onegrid.cases.flow.models",
    ),
    (
        "kit/geo/__init__.py",
        "import onegrid.places.areas.models",
        ROOMS,
        "kit.geo -> onegrid.places.areas.models",
    ),
    ("attic/__init__.py", "x = 1", ROOMS, "- onegrid.attic"),
    ("cases/flow/rules.py", "import django.db", "Rules are pure", "cases.flow.rules -> django"),
    (
        "places/areas/models.py",
        "import onegrid.places.areas.actions",
        "File roles",
        "models -> onegrid.places.areas.actions",
    ),
    (
        "portals/desk/__init__.py",
        "import onegrid.portals.resident",
        "Portals are blind",
        "portals.desk -> onegrid.portals.resident",
    ),
    (
        "places/areas/addresses.py",
        "import onegrid.config.environment",
        "Rooms do not know",
        "places.areas.addresses -> onegrid.config.environment",
    ),
]


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> dict[str, str]:
    """Name of each broken contract → its report, over a copy with all the faults."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(PACKAGE, copy / "onegrid", ignore=shutil.ignore_patterns("*.po", "__pycache__", "*.html"))
    shutil.copy(tree.ROOT / "pyproject.toml", copy)
    for path, line, _contract, _said in PLANTED_IMPORTS:
        planted = copy / "onegrid" / path
        planted.parent.mkdir(parents=True, exist_ok=True)
        planted.write_text((planted.read_text() if planted.exists() else "") + f"\n{line}\n")
    done = contracts(copy)
    assert done.returncode != 0
    _kept, _title, reports = done.stdout.partition("Broken contracts\n")
    parts = re.split(r"\n((?:[^\n]+\n)+?)-{9,}\n(?:-+\n)?", reports)
    return {" ".join(name.split()): report for name, report in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize(("path", "line", "contract", "said"), PLANTED_IMPORTS)
def test_a_planted_import_breaks_its_contract(path, line, contract, said, broken):
    (report,) = [report for name, report in broken.items() if name.startswith(contract)]
    assert said in report
