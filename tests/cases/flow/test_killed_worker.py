"""A worker is killed from outside while it tells of clocks: what was told stays told, the rest is told once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.jobs import tell_clocks
from onegrid.cases.flow.models import Case, StageClock
from onegrid.kit.facts.jobs import retry_stalled
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import reported
from tests.processes import ROOT, database_url, environment, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
COUNT, AT_WORK = 8, 4  # so many cases; killed while it tells of the fifth


@pytest.fixture
def worker():
    """The worker as `onegrid up` starts it."""
    started = []

    def start() -> subprocess.Popen:
        command = [
            Path(sys.executable).with_name("onegrid"),
            "django",
            "procrastinate",
            "worker",
            "--concurrency",
            "4",
        ]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment()))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def lock():
    """lock(sql): another session that holds a lock until it is closed."""
    held = []

    def take(sql: str) -> psycopg.Connection:
        held.append(psycopg.connect(database_url()))
        held[-1].execute(sql)
        return held[-1]

    yield take
    for session in held:
        session.close()


def due_soon(town) -> list[Case]:
    """Cases whose clocks are to speak, the first of them the longest waiting."""
    cases = [reported(town.a, text=f"第{number}处路面有坑") for number in range(COUNT)]
    now = timezone.now()
    for number, case in enumerate(cases):
        StageClock.objects.filter(case=case).update(
            tell_at=now - timedelta(minutes=COUNT - number), due_at=now + timedelta(days=30)
        )
    return cases


def told() -> dict[int, int]:
    """case → facts that it is due soon."""
    rows = FactRow.objects.filter(kind="cases.CaseDueSoon").values_list("payload__case_id", flat=True)
    return dict(Counter(rows))


def someone_waits_for(relation: str) -> bool:
    """A session stands before a lock on this table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE wait_event_type = 'Lock' AND relation = %s::regclass",
            [relation],
        )
        return bool(cursor.fetchone()[0])


def test_each_notice_is_told_once_though_the_worker_was_killed(town, worker, lock):
    cases = due_soon(town)
    notices = Notice.objects.filter(kind="case.due_soon")
    before = lock(f"SELECT 1 FROM cases_case WHERE id = {cases[AT_WORK].pk} FOR UPDATE")
    cut_off = tell_clocks.defer(timestamp=0)
    killed = worker()
    wait_for(lambda: len(told()) == AT_WORK and someone_waits_for("cases_case"))  # other jobs wait for it too
    assert set(told()) == {case.pk for case in cases[:AT_WORK]}
    # now into the middle of its transaction: clock and fact are written, the notice is not
    within = lock("LOCK TABLE accounts_notice IN SHARE MODE")
    before.close()
    wait_for(lambda: someone_waits_for("accounts_notice"))
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait(60) == -signal.SIGKILL
    within.close()
    wait_for(lambda: not someone_waits_for("accounts_notice"))
    assert set(told()) == {case.pk for case in cases[:AT_WORK]} == set(_cases_of(notices))
    assert ProcrastinateJob.objects.get(pk=cut_off).status == "doing"  # nobody's any more

    # a minute later: the clock has struck again, the killed worker gave no sign, another one starts
    for task in (tell_clocks, retry_stalled):
        with suppress(AlreadyEnqueued):  # it struck before the worker died
            task.defer(timestamp=60)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'"
        )
    worker()
    runs = ProcrastinateJob.objects.filter(task_name="cases.tell_of_clocks")
    wait_for(lambda: len(told()) == COUNT and not runs.filter(status__in=["todo", "doing"]).exists())
    assert told() == {case.pk: 1 for case in cases}
    assert Counter(_cases_of(notices)) == {case.pk: 1 for case in cases}
    assert not StageClock.objects.filter(tell_at__lte=timezone.now()).exists()


def _cases_of(notices) -> list[int]:
    """Which cases the notices speak of; the only one to be told of a fresh report is the grid worker on duty."""
    numbers = dict(Case.objects.values_list("number", "pk"))
    return [numbers[link.split("/")[2]] for link in notices.values_list("link", flat=True)]
