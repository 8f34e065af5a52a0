"""The house as it is, and each check shown to fail on a planted fault."""

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


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        ("places/areas/queries.py", "import onegrid.cases.flow.models", "Rooms: arrows go down only"),
        ("kit/geo/__init__.py", "import onegrid.places.areas.models", "Rooms: arrows go down only"),
        ("cases/flow/rules.py", "import django.db", "Rules are pure"),
        ("places/areas/models.py", "import onegrid.places.areas.actions", "File roles"),
        ("portals/desk/__init__.py", "import onegrid.portals.resident", "Portals are blind"),
        ("places/areas/queries.py", "import onegrid.config.environment", "Rooms do not know"),
        ("attic/__init__.py", "x = 1", "Rooms: arrows go down only"),
    ],
)
def test_a_planted_import_breaks_its_contract(path, line, contract, tmp_path):
    shutil.copytree(
        PACKAGE, tmp_path / "onegrid", ignore=shutil.ignore_patterns("*.po", "__pycache__", "*.html")
    )
    shutil.copy(tree.ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "onegrid" / path
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text((planted.read_text() if planted.exists() else "") + f"\n{line}\n")
    done = contracts(tmp_path)
    assert done.returncode != 0
    assert f"{contract}" in done.stdout and "BROKEN" in done.stdout
