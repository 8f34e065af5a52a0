"""`onegrid dependencies`: are all libraries locked, by hash, and are those that are installed the locked ones?

Asks nobody. With --online the lists of known weaknesses are asked as well (docs/security.md).
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

import typer

from onegrid.config.environment import ROOT
from onegrid.console.develop import BIN, BUILDERS, npm

LISTS = ["requirements-bootstrap.txt", "requirements.txt", "requirements-dev.txt"]
NPM_LOCK = ROOT / "frontend" / "package-lock.json"
REGISTRY = "https://registry.npmjs.org/"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")


def add_to(app: typer.Typer) -> None:
    app.command("dependencies", rich_help_panel=BUILDERS)(dependencies)


def dependencies(online: bool = typer.Option(False, help="ask the lists of known weaknesses, too")) -> None:
    """Locked by hash, and installed as locked? Exit status 1 when something is not."""
    found = [f"{name}: {fault}" for name in LISTS for fault in unlocked((ROOT / name).read_text())]
    found += [f"package-lock.json: {fault}" for fault in unlocked_packages(json.loads(NPM_LOCK.read_text()))]
    found += drifted((ROOT / "requirements.txt").read_text(), installed())
    for fault in found:
        print(f"✗ {fault}")
    if not found:
        print("✓ every library is locked by hash, and the locked ones are installed")
    asked = [asked_online()] if online else []
    sys.exit(1 if found or any(asked) else 0)


def entries(locked: str) -> Iterator[str]:
    """One for each library: its line with those that continue it."""
    for line in re.sub(r"\\\n\s*", " ", locked).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield line.strip()


def unlocked(locked: str) -> Iterator[str]:
    """Libraries of a list of pip that are not pinned to one version, or have no hash."""
    for entry in entries(locked):
        if not PINNED.match(entry):
            yield f"not pinned: {entry[:80]}"
        elif "--hash=sha256:" not in entry:
            yield f"without a hash: {entry.split()[0]}"


def unlocked_packages(lock: dict) -> Iterator[str]:
    """Packages of npm's lock without a hash, or from elsewhere than the registry."""
    for path, package in lock["packages"].items():
        if path and not package.get("link"):
            if not str(package.get("integrity", "")).startswith("sha512-"):
                yield f"without a hash: {path}"
            if not str(package.get("resolved", REGISTRY)).startswith(REGISTRY):
                yield f"not from the registry: {path}"


def drifted(locked: str, there: dict[str, str]) -> list[str]:
    """Installed in another version than the list says: it may say one for each Python. What is not installed is for
    another system."""
    wanted: dict[str, list[str]] = {}
    for match in filter(None, map(PINNED.match, entries(locked))):
        wanted.setdefault(_plain(match[1]), []).append(match[2])
    return [
        f"{name} {there[name]} is installed, {' or '.join(versions)} is locked: run `make setup`"
        for name, versions in sorted(wanted.items())
        if name in there and there[name] not in versions
    ]


def installed() -> dict[str, str]:
    return {_plain(one.metadata["Name"]): one.version for one in distributions()}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_online() -> int:
    """pip-audit (fetched by uv) and npm audit, on what runs in production; 0 when neither knows of a weakness."""
    python = [
        BIN / "uv",
        "tool",
        "run",
        "pip-audit",
        "--disable-pip",
        "--require-hashes",
        "--strict",  # a library that its service does not know was not looked at: that is no "none known"
        "-r",
        "requirements.txt",
    ]
    codes = [_run(python, ROOT), _run([*npm(), "audit", "--omit=dev"], ROOT / "frontend")]
    return max(codes)


def _run(command: list, folder: Path) -> int:
    print("$", *[Path(str(part)).name for part in command])
    return subprocess.run([str(part) for part in command], cwd=folder).returncode
