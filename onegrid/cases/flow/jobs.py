"""What wakes by the clock: holds whose time is over, limits that approach or are over."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.cases.flow.actions import (
    count_paces,
    forget_old_contacts,
    lift_ended_holds,
    offers_run_out,
    tell_of_clocks,
)
from onegrid.cases.flow.actions.recounting import TASK as RECOUNT
from onegrid.cases.flow.actions.recounting import recount_clocks
from onegrid.cases.flow.anchors import write_case_anchor
from onegrid.kit.jobs import AGAIN


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.lift_ended_holds", queueing_lock="cases.lift_ended_holds")
def lift_holds(timestamp: int) -> None:
    """挂账 ends by itself."""
    lift_ended_holds(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="cases.tell_of_clocks", lock="cases.tell_of_clocks", queueing_lock="cases.tell_of_clocks")
def tell_clocks(timestamp: int) -> None:
    """即将超时、超时 are said once each."""
    tell_of_clocks(at=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="cases.offers_run_out", queueing_lock="cases.offers_run_out")
def end_waiting(timestamp: int) -> None:
    """移交 that nobody answers is decided above."""
    offers_run_out(at=timezone.now())


@app.periodic(cron="20 2 * * *")
@app.task(name="cases.count_paces", queueing_lock="cases.count_paces")
def count_how_long(timestamp: int) -> None:
    """How long matters of each kind took, for who waits for one."""
    count_paces(at=timezone.now())


@app.periodic(cron="30 3 * * *")
@app.task(name="cases.forget_old_contacts", queueing_lock="cases.forget_old_contacts")
def forget_contacts(timestamp: int) -> None:
    """Who reported is forgotten when the time for it is over."""
    forget_old_contacts(at=timezone.now())


@app.periodic(cron="55 23 * * *")
@app.task(name="cases.anchor_cases", queueing_lock="cases.anchor_cases")
def anchor_cases(timestamp: int) -> None:
    """Beside the anchor of the audit trail; copy the folder to another machine."""
    write_case_anchor(at=timezone.now())


@app.task(name=RECOUNT, retry=AGAIN)
def count_anew(number: int, years: list[int]) -> None:
    """Clocks that run into a year that is published now. Running it twice changes nothing."""
    recount_clocks(number=number, years=years, at=timezone.now())
