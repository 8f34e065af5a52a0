"""A superuser of the database changes what is kept, with all guards off; `onegrid verify` must find it, and name it.

In copies of the ground's database, each dropped again: the chains of the ground stay whole.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from onegrid.config.cluster.place import PORT, place, private_url
from onegrid.config.environment import environment
from prove.proof import Proof
from prove.running import BIN

COPY = "prove_tampered"
STEP = """
SELECT step.id, c.number || ' step ' || step.position FROM cases_step step JOIN cases_case c ON c.id = step.case_id
WHERE step.position = 2 AND c.version > 3 ORDER BY step.id DESC LIMIT 1
"""
CASE = "SELECT id, number FROM cases_case ORDER BY id DESC LIMIT 1"
ENTRY = """
SELECT entry.id, format('lane %s seq %s', entry.lane, entry.seq)
FROM kit_auditentry entry JOIN kit_auditlane head USING (lane) WHERE entry.seq < head.seq ORDER BY entry.id LIMIT 1
"""


@dataclass(frozen=True)
class Deed:
    """`whom`: a row and the name under which it must be found; `how`: what is done to it."""

    what: str
    verification: str
    whom: str
    how: str


DEEDS = (
    Deed("the words of a step", "cases", STEP, "UPDATE cases_step SET words = words || '改' WHERE id = %s"),
    Deed(
        "when a step was done",
        "cases",
        STEP,
        "UPDATE cases_step SET at = at - interval '1 day' WHERE id = %s",
    ),
    Deed("what a case was about", "cases", CASE, "UPDATE cases_case SET text = text || '改' WHERE id = %s"),
    Deed(
        "who did what is audited",
        "audit",
        ENTRY,
        "UPDATE kit_auditentry SET actor_label = '他人' WHERE id = %s",
    ),
    Deed("an audit entry that is removed", "audit", ENTRY, "DELETE FROM kit_auditentry WHERE id = %s"),
)


def run(proof: Proof) -> None:
    with copied():
        for name in ("cases", "audit"):
            proof.holds(f"`onegrid verify {name}` finds nothing before", verified(name) == [])
    for deed in DEEDS:
        with copied() as session:
            row = session.execute(deed.whom).fetchone()
            if row is None:
                proof.holds(f"{deed.what}: there is a row to change", False)
                continue
            session.execute("SET session_replication_role = replica")  # no trigger, no foreign key
            changed = session.execute(deed.how, [row[0]]).rowcount
            proof.holds(f"{deed.what}: a superuser can change it ({row[1]})", changed == 1)
            found = verified(deed.verification)
        for line in found:
            print(f"    {line}")
        proof.holds(f"{deed.what}: found and named", any(row[1] in line for line in found))
        whose = row[1].partition(" seq ")[0].partition(" step ")[0]
        proof.none(f"{deed.what}: others that are named with it", sum(whose not in line for line in found))


@contextmanager
def copied() -> Iterator[psycopg.Connection]:
    var = environment().var
    with psycopg.connect(private_url(var, "postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {COPY} TEMPLATE onegrid")
        try:
            with psycopg.connect(private_url(var, COPY), autocommit=True) as session:
                yield session
        finally:
            server.execute(f"DROP DATABASE {COPY} WITH (FORCE)")


def verified(name: str) -> list[str]:
    """What the command says is wrong. An end that does not fit what it said is one more line."""
    run = place(environment().var).run
    url = f"postgresql://onegrid@/{COPY}?host={run}&port={PORT}"
    done = subprocess.run(
        [BIN / "onegrid", "verify", name],
        env={**os.environ, "ONEGRID_DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("✗")]
    return (
        lines
        if bool(lines) == bool(done.returncode)
        else [*lines, f"code {done.returncode}: {done.stderr[-500:]}"]
    )
