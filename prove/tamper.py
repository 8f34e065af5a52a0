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
    """`guarded`: the table whose rows stand by a trigger; "" where rows may change. `whom`: a row and the name under
    which it must be found; `how`: what is done to it."""

    what: str
    verification: str
    guarded: str
    whom: str
    how: str


WORDS = "UPDATE cases_step SET words = words || '改' WHERE id = %s"
TIME = "UPDATE cases_step SET at = at - interval '1 day' WHERE id = %s"
MATTER = "UPDATE cases_case SET text = text || '改' WHERE id = %s"
NAME = "UPDATE kit_auditentry SET actor_label = '他人' WHERE id = %s"
GONE = "DELETE FROM kit_auditentry WHERE id = %s"
DEEDS = (
    Deed("the words of a step", "cases", "cases_step", STEP, WORDS),
    Deed("when a step was done", "cases", "cases_step", STEP, TIME),
    Deed("what a case was about", "cases", "", CASE, MATTER),
    Deed("who did what is audited", "audit", "kit_auditentry", ENTRY, NAME),
    Deed("an audit entry that is removed", "audit", "kit_auditentry", ENTRY, GONE),
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
            if deed.guarded:
                proof.holds(f"{deed.what}: refused by the guard", not done(session, deed, row[0]))
            session.execute(f"ALTER TABLE {deed.guarded or 'cases_case'} DISABLE TRIGGER USER")
            changed = done(session, deed, row[0])
            proof.holds(f"{deed.what}: done once they are off ({row[1]})", changed == 1)
            found = verified(deed.verification)
        for line in found:
            print(f"    {line}")
        proof.holds(f"{deed.what}: found and named", any(row[1] in line for line in found))
        whose = row[1].partition(" seq ")[0].partition(" step ")[0]
        proof.none(f"{deed.what}: others that are named with it", sum(whose not in line for line in found))


def done(session: psycopg.Connection, deed: Deed, pk: int) -> int:
    """How many rows it changed, by somebody for whom the server itself looks away: no foreign keys."""
    session.execute("SET session_replication_role = replica")
    try:
        return session.execute(deed.how, [pk]).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0


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
