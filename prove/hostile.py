"""Made-up requests to every address of the site, to both interfaces and all forms: nothing ends in a fault of ours.

By python -m tests.security.hostile, in a database of its own: the ground is not used.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from onegrid.config.environment import ROOT
from prove.proof import Proof, size

TOLD = re.compile(r"^(\d+) hostile requests, seed \d+: (.+)$", re.MULTILINE)


def run(proof: Proof) -> None:
    count = size("count", 1_000, 10_000)
    command = [sys.executable, "-m", "tests.security.hostile", "--count", str(count)]
    if seed := os.environ.get("PROVE_SEED"):
        command += ["--seed", seed]
    own = {name: value for name, value in os.environ.items() if not name.startswith("ONEGRID_")}
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True)
    found = TOLD.search(done.stdout)
    if done.returncode or found is None:
        print(done.stdout[-8_000:], done.stderr[-2_000:], sep="\n", flush=True)
    else:
        proof.figure("requests", int(found[1]))
        proof.figure("answers", found[2])
    proof.holds(f"{count} made-up requests end in no 5xx", done.returncode == 0 and found is not None)
    described(proof, own, max(1, count // 1_000))


def described(proof: Proof, own: dict[str, str], times: int) -> None:
    """Both interfaces by what their OpenAPI documents allow and forbid (schemathesis)."""
    command = [
        Path(sys.executable).parent / "onegrid",
        "test",
        "tests/exchange/test_own_descriptions.py",
        "-k",
        "made_up",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=own | {"HOSTILE_TIMES": str(times)}, capture_output=True, text=True
    )
    if done.returncode:
        print(done.stdout[-8_000:], flush=True)
    proof.holds("no interface answers what its description does not know", done.returncode == 0)
