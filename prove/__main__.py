"""`python -m prove [NAME ...] [--full] [--setting value]`: each part in a process of its own, then one table.

A part that breaks is one that does not hold, and the others go on. Exit status 1 when something did not hold.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from onegrid.config.cluster.server import stop
from onegrid.config.environment import ROOT, environment
from prove.ground import Ground, ready_ground

PARTS = {
    "kills": "kill -9 of every process while residents report",
    "disk": "the disk is full while residents report",
    "network": "the database hangs and is cut off while residents report",
    "burst": "ten times what can be done is asked",
    "longrun": "mixed load for long: memory, connections and queue stay flat",
    "restore": "a whole copy and the way back to one second, with a stopwatch",
    "upgrade": "from the database of an older commit, while residents report",
    "tamper": "a superuser of the database changes what is kept: found and named",
    "dump": "what is sealed stands nowhere in a dump",
    "hostile": "made-up requests to every address, form and interface",
}


def main() -> None:
    names = settings(sys.argv[1:]) or list(PARTS)
    if unknown := [name for name in names if name not in PARTS]:
        sys.exit(f"There is no proof {unknown[0]!r}. There are: {', '.join(PARTS)}.")
    ground, started_here = ready_ground(environment().var, street=any(map(needs_street, names)))
    try:
        told = [shown(ground, name) for name in names]
    finally:
        if started_here:
            stop(ground.var)
    table(told)
    if failed := [one["name"] for one in told if one["failed"]]:
        sys.exit(f"✗ does not hold: {', '.join(failed)}")


def needs_street(name: str) -> bool:
    """Whether it is proved on the street in var/prove, and not on a cluster of its own or of somebody else."""
    return name not in ("upgrade", "hostile") and not (name == "restore" and os.environ.get("PROVE_SOURCE"))


def settings(words: list[str]) -> list[str]:
    """`--rate 300` is PROVE_RATE for whoever reads it, `--full` PROVE_FULL; the names are left."""
    left, given = [], iter(words)
    for word in given:
        if word == "--full":
            os.environ["PROVE_FULL"] = "1"
        elif word.startswith("--"):
            name, _is, value = word[2:].partition("=")
            os.environ[f"PROVE_{name.upper()}"] = value or next(given, "")
        else:
            left.append(word)
    return left


def shown(ground: Ground, name: str) -> dict:
    """What a part wrote of itself; a process that ended without a word says so."""
    print(f"\n── {name}: {PARTS[name]}", flush=True)
    written = environment().var / "proofs" / f"{name}.json"
    written.unlink(missing_ok=True)
    variables = {**ground.variables, "PROVE_WRITES": str(written)}
    code = subprocess.run([sys.executable, "-m", "prove.one", name], cwd=ROOT, env=variables).returncode
    if not written.exists():
        return {
            "name": name,
            "failed": [f"the proof itself broke off (code {code})"],
            "held": [],
            "figures": {},
        }
    return json.loads(Path(written).read_text())


def table(told: list[dict]) -> None:
    shape = Table(title="onegrid prove", title_justify="left")
    for column in ("proof", "held", "did not hold", "figures"):
        shape.add_column(column)
    for one in told:
        figures = (
            one["skipped"]
            if one.get("skipped")
            else "\n".join(f"{k}: {v}" for k, v in one["figures"].items())
        )
        shape.add_row(one["name"], str(len(one["held"])), "\n".join(one["failed"]) or "–", figures)
    Console(width=150).print(shape)


main()
