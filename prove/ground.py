"""Where it is proved: var/prove, a cluster with a demo street of its own. What runs from var/ is never touched."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.ports import free_port
from onegrid.config.cluster.server import ensure_database, ensure_running, stop
from onegrid.config.environment import environment
from onegrid.console import readiness

BIN = Path(sys.executable).parent
# What a proof takes along of the settings of a city. Nothing that leads to its database, copies, files, gateways and
# robots, and none of its keys.
TAKEN_ALONG = {
    "ONEGRID_WEB_WORKERS",
    "ONEGRID_WEB_QUEUE",
    "ONEGRID_WEB_WAIT",
    "ONEGRID_LOG_FORMAT",
    "ONEGRID_FIELD_CIPHER",
    "ONEGRID_LANGUAGE",
}


@dataclass(frozen=True)
class Ground:
    """`variables`: of every process that shall run on it."""

    var: Path
    variables: dict[str, str]


def ground_of(var: Path) -> Ground:
    """One proxy is trusted, so that each client may have an address of its own: whoever has no account may send only
    so many reports from one."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("ONEGRID_") or name in TAKEN_ALONG
    }
    return Ground(
        var,
        variables
        | {
            "ONEGRID_VAR": str(var),
            "ONEGRID_WEB_PORT": str(free_port()),
            "ONEGRID_LIVE_PORT": str(free_port()),
            "ONEGRID_TRUSTED_PROXIES": "1",
            "ONEGRID_DEMO_CHANNEL": "1",
        },
    )


def ready_ground(var: Path, *, street: bool) -> tuple[Ground, bool]:
    """The ground, with its cluster running and its street loaded if that is asked for; and whether the cluster was
    started here."""
    ground = ground_of(var / "prove")
    ground.var.mkdir(parents=True, exist_ok=True)
    started_here = street and ensure_running(ground.var)
    try:
        if street:
            _ready_street(ground)
    except BaseException:
        if started_here:
            stop(ground.var)
        raise
    return ground, started_here


def _ready_street(ground: Ground) -> None:
    ensure_database(ground.var, "onegrid")
    env = environment().model_copy(update={"var": ground.var, "database_url": None})
    street = ground.var / "street"
    if not (street.exists() and readiness.is_ready(env, demo=False)):
        print("· a street to prove it on …", flush=True)
        for words in (["setup", "ready"], ["demo", "load"]):
            subprocess.run([BIN / "onegrid", *words], env=ground.variables, check=True)
        street.touch()
