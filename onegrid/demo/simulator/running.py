"""The street running: what is due is done, one act after the other, until it is told to stop."""

import heapq
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any

from django.db import close_old_connections, connection
from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.demo.simulator import acts, blowing
from onegrid.demo.simulator.curves import curves
from onegrid.demo.simulator.pace import Pace, rest_after
from onegrid.demo.simulator.plan import (
    Report,
    Whistling,
    answers_after,
    awake_at,
    handled_after,
    reports,
    whistlings,
)
from onegrid.kit.errors import Refusal

LOOK_AGAIN = 5.0  # minutes of the street, while a matter waits for somebody else
GIVE_UP = 400  # looks at one matter
ANSWERS = 8  # steps of one department about one whistle, at most
POSITION_EVERY = 65.0  # our seconds; more often none is taken (accounts/presence/limits.yaml)

Tell = Callable[[str], None]


@dataclass
class Tally:
    """What was done, by name; `refused` with the codes."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reached: float = 0.0

    def line(self) -> str:
        did = ", ".join(f"{name} {count}" for name, count in self.done.most_common()) or "nothing"
        no = sum(self.refused.values())
        return f"{did}; refused {no}; ran at {self.reached:.1f}×"


class Running:
    """`stop` may be set at any time, by a signal too: the act that is under way is finished, and no other begun."""

    def __init__(
        self,
        *,
        street: str,
        speed: float,
        seed: int,
        hours: int | None,
        stop: Event,
        tell: Tell = lambda _line: None,
    ) -> None:
        self.now = timezone.now
        self.curves = curves(timezone.localdate())
        self.street = acts.Street.read(street, self.now())
        self.speed, self.seed, self.hours, self.stop, self.tell = speed, seed, hours, stop, tell
        self.tally = Tally()
        self._queue: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = 0
        self._first_hour = timezone.localtime(self.now()).hour
        self._plan: Iterator[Report] = reports(self.curves, seed, first_hour=self._first_hour, hours=hours)
        self._whistles: Iterator[Whistling] = whistlings(self.curves, seed, hours=hours)
        walking = self.curves["walking"]
        self._walkers = acts.walkers(
            self.street, seed, walking["workers"], walking["share_of_grid"], self.now()
        )

    def run(self) -> Tally:
        begun = time.monotonic()
        self.pace = Pace(self.speed, begun)
        self._next_report()
        self._next_whistle()
        for number, walker in enumerate(self._walkers):
            self._later(number * 0.2 * self.speed / 60, self._walking(walker, number))
        try:
            while not self.stop.is_set() and self._queue:
                minute, _order, act = self._queue[0]
                if self.hours is not None and minute > self.hours * 60:
                    break
                if self.stop.wait(max(0.0, self.pace.due(minute) - time.monotonic())):
                    break
                heapq.heappop(self._queue)
                self._act(minute, act)
        finally:
            self.tally.reached = self.pace.reached(time.monotonic(), begun)
            for walker in self._walkers:
                self._done("signed off", partial(acts.go_home, walker))
        return self.tally

    def _act(self, minute: float, act: Callable[[float], None]) -> None:
        self.pace.not_behind(minute, time.monotonic())
        begun = time.monotonic()
        act(minute)
        rest = rest_after(time.monotonic() - begun, os.getloadavg()[0], os.cpu_count() or 1)
        self.stop.wait(rest)
        if not connection.in_atomic_block:
            close_old_connections()

    def _later(self, minute: float, act: Callable[[float], None]) -> None:
        self._order += 1
        heapq.heappush(self._queue, (minute, self._order, act))

    def _done(self, name: str, act: Callable[[datetime], Any]) -> Any:
        """What it gives; None when it was refused, which is counted."""
        try:
            made = act(self.now())
        except Refusal as refusal:
            self.tally.refused[refusal.code] += 1
            return None
        self.tally.done[name] += 1
        return made

    def _next_report(self) -> None:
        report = next(self._plan, None)
        if report is not None:
            self._later(report.minute, lambda minute: self._report(report, minute))

    def _report(self, report: Report, minute: float) -> None:
        self._next_report()
        matter = self._done("report", lambda at: acts.open_report(self.street, report, at))
        if matter is not None:
            self.tell(f"{report.channel}: {report.words}")
            self._plan_step(matter, minute, 1)

    def _plan_step(self, matter: acts.Matter, minute: float, look: int) -> None:
        """When somebody takes the next step of it; by whom, the state of the case says then."""
        case = Case.objects.get(pk=matter.case_id)
        step = acts.step_due(case)
        if not step or look > GIVE_UP:
            return
        then = minute + (LOOK_AGAIN if step == "wait" else self._wait(matter.report, case, step))
        begins = awake_at(self.curves, step, then, self._first_hour)
        self._later(begins, lambda then: self._step(matter, step, then, look))

    def _wait(self, report: Report, case: Case, step: str) -> float:
        if step == "handle":
            return handled_after(self.curves, self.seed, str(case.unit_id), report.waits["handle"])
        return report.waits[step]

    def _step(self, matter: acts.Matter, step: str, minute: float, look: int) -> None:
        due = acts.step_due(Case.objects.get(pk=matter.case_id))
        if step != "wait" and due == step:
            more = self._done(step, lambda at: acts.take_step(self.street, matter, step, at))
            if not more:  # refused, or rated: nothing is to come
                return
        self._plan_step(matter, minute, look + 1)

    def _next_whistle(self) -> None:
        plan = next(self._whistles, None)
        if plan is not None:
            self._later(plan.minute, lambda minute: self._whistle(plan, minute))

    def _whistle(self, plan: Whistling, minute: float) -> None:
        self._next_whistle()
        blown = self._done("whistle", lambda at: blowing.blow(self.street.grids, plan, at))
        if blown is None:
            return
        self.tell(f"whistle: {plan.words}")
        for place, (call_id, unit_id) in enumerate(blowing.calls_of(blown)):
            self._plan_answer(blown, call_id, unit_id, place, minute, 0)

    def _plan_answer(
        self, blown: blowing.Blown, call_id: int, unit_id: int, place: int, minute: float, taken: int
    ) -> None:
        """When the department takes its next step; one that is silent is waited for by the platform's own clocks."""
        luck = blown.plan.lucks[(place * 4 + taken) % len(blown.plan.lucks)]
        wait = answers_after(self.curves, self.seed, str(unit_id), luck)
        if wait is not None and taken < ANSWERS:
            self._later(minute + wait, lambda then: self._answer(blown, call_id, unit_id, place, then, taken))

    def _answer(
        self, blown: blowing.Blown, call_id: int, unit_id: int, place: int, minute: float, taken: int
    ) -> None:
        step = blowing.due_of(call_id)
        if not step:
            return
        refuses = blown.plan.refuses and place == 0
        self._done(f"whistle {step}", lambda at: blowing.take(blown, call_id, step, at, refuses=refuses))
        if step == "finish" and blowing.has_finished(blown):
            self._done("whistle rated", lambda at: blowing.rate(blown, at))
        self._plan_answer(blown, call_id, unit_id, place, minute, taken + 1)

    def _walking(self, walker: acts.Walker, number: int) -> Callable[[float], None]:
        pace = self.curves["walking"]["metres_a_minute"]

        def act(minute: float) -> None:
            self._done("position", lambda at: acts.walk(walker, minute * pace + number * 97, at))
            self._later(minute + POSITION_EVERY * self.speed / 60, act)

        return act
