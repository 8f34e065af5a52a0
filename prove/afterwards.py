"""What must hold when all is over: what was told is stored, every effect is there once, every chain verifies."""

import contextlib
import time
from collections import Counter
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from onegrid.accounts.notices.models import ChannelMessage, Notice, PhoneMessage
from onegrid.cases.flow.models import Case
from onegrid.config.environment import environment
from onegrid.kit.facts.models import FactRow, ParkedFact
from onegrid.kit.facts.queries import listener_states
from onegrid.kit.verifications import VERIFICATIONS
from prove.judging import Stored, losses
from prove.proof import Proof
from prove.running import KNOWN_BY, Up

DUE = """
SELECT count(*) FROM procrastinate_jobs
WHERE status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now())
"""
FAILED = "SELECT task_name, id FROM procrastinate_jobs WHERE status = 'failed' AND id > %s ORDER BY id"
NEWEST_JOB = "SELECT coalesce(max(id), 0) FROM procrastinate_jobs"
BY_CLOCK = "SELECT DISTINCT task_name FROM procrastinate_periodic_defers"


@dataclass(frozen=True)
class Before:
    """The newest of each before anything began; `parked`: how many facts were."""

    case: int
    message: int
    notice: int
    fact: int
    job: int
    parked: int


def before() -> Before:
    found = Before(
        case=_newest(Case),
        message=_newest(PhoneMessage),
        notice=_newest(Notice),
        fact=_newest(FactRow),
        job=_one(NEWEST_JOB),
        parked=ParkedFact.objects.count(),
    )
    connection.close()  # a session that is left open would be killed with the database
    return found


def _newest(model: type[Model]) -> int:
    return model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0


def stored_since(start: Before) -> list[Stored]:
    """Every case since then, with the times that it was announced as opened. One that came without a key goes by its
    number."""
    cases = Case.objects.filter(pk__gt=start.case).values_list("pk", "source_key", "number")
    opened = FactRow.objects.filter(pk__gt=start.fact, kind="cases.CaseOpened")
    told = Counter(payload["case_id"] for payload in opened.values_list("payload", flat=True))
    return [Stored(key or number, number, told[pk]) for pk, key, number in cases]


def settle(proof: Proof, limit: float = 120) -> None:
    """Waits until no job is due and every listener has heard everything."""
    begun = time.monotonic()
    left = _until_nothing_waits(limit)
    proof.figure("seconds until nothing waited any more", time.monotonic() - begun)
    proof.holds(f"queue and listeners are empty within {limit:.0f} s (left: {left})", left == 0)


def _until_nothing_waits(limit: float) -> int:
    """What still waits after so many seconds."""
    until = time.monotonic() + limit
    while (left := waiting()) and time.monotonic() < until:
        time.sleep(1)
    return left


def waiting() -> int:
    """Jobs that are due or being done, and facts not heard yet."""
    behind = sum(state.behind for state in listener_states() if state.known)
    return _one(DUE) + behind


def judge(
    proof: Proof,
    start: Before,
    acknowledged: dict[str, str],
    *,
    refused: frozenset[str] = frozenset(),
    unknown: frozenset[str] = frozenset(),
    killed: bool = True,
) -> None:
    """`acknowledged`, `refused`, `unknown`: what clients were told (prove.judging.losses). `killed`: something was
    taken away meanwhile; where nothing was, no job may fail at all."""
    found = losses(acknowledged, stored_since(start), refused=refused, unknown=unknown)
    for what, count in found.items():
        proof.none(what, count)
    judge_rest(proof, start, killed=killed)


def judge_done(proof: Proof, start: Before) -> None:
    """As `judge` where nobody was told anything that could be compared: the simulator acted, nothing was killed."""
    stored = stored_since(start)
    proof.holds("something was reported", bool(stored))
    proof.none("cases not announced exactly once", sum(one.announced != 1 for one in stored))
    proof.none("keys with more than one case", len(stored) - len({one.key for one in stored}))
    judge_rest(proof, start, killed=False)


def judge_rest(proof: Proof, start: Before, *, killed: bool) -> None:
    proof.none("facts that a listener could not digest", ParkedFact.objects.count() - start.parked)
    proof.none("jobs that failed for good", failed(start, killed=killed))
    waits = ChannelMessage.objects.filter(state="waiting", tries__gt=0).count()
    waits += PhoneMessage.objects.filter(state="waiting", tries__gt=0).count()
    proof.none("messages that were tried and still wait", waits)
    verify(proof)


def shown(jobs: list[tuple[str, int]]) -> None:
    """Each with the last that the worker said of it."""
    log = environment().var / "log" / "worker.log"
    said = log.read_text(errors="replace") if jobs and log.exists() else ""
    for task, pk in jobs:
        about = said[max(said.rfind(f"[{pk}]") - 200, 0) :] if f"[{pk}]" in said else said[-2500:]
        print(f"    {task} [{pk}]\n{about[:4000]}")


def verify(proof: Proof) -> None:
    """Every chain there is: cases, audit trail and what other rooms keep."""
    for name, verification in VERIFICATIONS:
        found = list(verification.findings(lambda done, total: None))
        for finding in found[:3]:
            print(f"    {finding.what}: {finding.where}: {finding.meaning}")
        proof.none(f"findings of `onegrid verify {name}`", len(found))


def all_run(proof: Proof, running: Up, limit: float = 120) -> None:
    """Every process is there again by itself, and says that it is ready: within the two minutes that queues have, for
    a fact that waited while nobody was there is no longer new."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        missing = [name for name in KNOWN_BY if running.pid_of(name) is None]
        if not missing and running.answers("/health/ready"):
            break
        time.sleep(0.5)
    proof.holds(f"`onegrid up` runs on, all of it (missing: {', '.join(missing) or 'nothing'})", not missing)
    ready = running.answers("/health/ready")
    if not ready:
        print(f"    {running.says('/health/ready')}")
    proof.holds("/health/ready says so", ready)


def failed(start: Before, *, killed: bool) -> int:
    """Jobs that failed for good. What the clock strikes for (`killed` only) is struck for once more instead: the next
    run must do what the one that was cut off left, and end well."""
    tasks = _rows(FAILED, [start.job])
    clocked = {name for (name,) in _rows(BY_CLOCK, [])} if killed else set()
    left = [job for job in tasks if job[0] not in clocked]
    again = {name for name, _pk in tasks if name in clocked}
    newest = _one(NEWEST_JOB)
    for name in sorted(again):
        with contextlib.suppress(AlreadyEnqueued):  # it strikes by itself just now
            app.configure_task(name).defer(timestamp=int(time.time()))
    _until_nothing_waits(120)
    left += _rows(FAILED, [newest])
    shown(left)
    return len(left)


def _rows(statement: str, values: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _one(statement: str, values: list | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])
