"""Measures and scores counted a second time, the plain way: one case at a time from its timeline and clocks, in
Python, knowing nothing of the records. What the room counts must be the same."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from django.utils import timezone

from onegrid.cases.flow.models import Case, StageClock, Step
from onegrid.cases.flow.timing import timer_of
from onegrid.kit.worktime import worked_between
from onegrid.oversight.measures.counters import SUMMED
from onegrid.places.calendars.queries import calendar_of_version


def day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


@dataclass
class Ended:
    """A clock, and the step that stopped it."""

    clock: StageClock
    step: Step | None
    follow: str = ""  # how the next stage ended

    @property
    def verb(self) -> str:
        return self.step.verb if self.step else ""

    @property
    def late(self) -> bool:
        return bool(
            self.clock.stopped_at and self.clock.stopped_at > self.clock.due_at and not self.clock.excused
        )

    @property
    def due(self) -> date | None:
        held = self.clock.held_at is not None and self.clock.stopped_at is None
        return None if held else day(self.clock.due_at)


def stages(case: Case) -> list[Ended]:
    steps = [step for step in case.steps.all() if "clock" in step.details]
    found = []
    for clock in sorted(case.clocks.all(), key=lambda clock: (clock.started_at, clock.pk)):
        ending = [
            step
            for step in steps
            if step.at == clock.stopped_at and step.details["clock"]["stage"] == clock.stage
        ]
        found.append(Ended(clock, ending[0] if ending else None))
    for one, following in pairwise(found):
        one.follow = following.verb
    return found


def of_case(case: Case, today: date) -> Iterable[tuple[str, date, str]]:
    """(counter, day, actor key of whose it is) for everything this case counts in: the reporter's, or of a stage
    who ended it."""
    steps, clocks = list(case.steps.all()), stages(case)
    for name, when in _of_whole(case, steps, clocks, today):
        yield name, when, steps[0].actor_key
    for place, one in enumerate(clocks):
        for name, when in _stage(case, one, place == 0, today):
            yield name, when, one.step.actor_key if one.step else ""


def _of_whole(case: Case, steps: list[Step], clocks: list[Ended], today: date) -> Iterable[tuple[str, date]]:
    if case.channel == "import":
        return
    verbs = [step.verb for step in steps]
    opened = day(case.opened_at)
    yield "reported", opened
    if "file" in verbs or "settle" in verbs:
        yield "valid_reported", opened
    if case.channel in ("resident", "hotline", "open311"):
        yield "public_reported", opened
    if "settle" in verbs:
        yield "self_handled", opened
    if case.state == "cancelled":
        yield "cancelled", opened
    yield from _closing(case, clocks, today)
    rated = [
        step for step in steps if step.verb == "rate" and not step.actor_key.startswith("public:follower")
    ]
    if rated:
        last = rated[-1]
        yield "followed_up", day(last.at)
        if last.details["satisfied"]:
            yield "satisfied", day(last.at)
        if not any(step.verb == "reopen" and step.position > last.position for step in steps):
            yield "solved", day(last.at)


def _stage(case: Case, one: Ended, first: bool, today: date) -> Iterable[tuple[str, date]]:
    ended, stage, verb = day(one.clock.stopped_at), one.clock.stage, one.verb
    done = {
        "verify": ("verify", "verified", ("verify", "settle")),
        "check": ("check", "checked", ("check", "rework", "close")),
        "dispatch": ("dispatch", "dispatched", ("dispatch",)),
        "handle": ("dispose", "disposed", ("handle",)),
    }.get(stage)
    if one.due:
        if done and verb in (*done[2], ""):
            yield f"{done[0]}_due", one.due
            if verb:
                yield done[1], one.due
                if not one.late:
                    yield f"{done[1]}_on_time", one.due
                elif stage == "handle":
                    yield "disposed_overdue", one.due
                if stage == "dispatch" and one.follow != "return":
                    yield "dispatched_accurately", one.due
            elif stage == "handle":
                yield "dispose_pending", one.due
                if one.due < today:
                    yield "dispose_pending_overdue", one.due
        if first:
            yield "response_due", one.due
            if verb and not one.late:
                yield "responded_on_time", one.due
    if ended and stage == "file" and verb == "file":
        yield "registered", ended
        if not one.late:
            yield "registered_on_time", ended
        if case.state != "cancelled":
            yield "registered_accurately", ended
    if ended and verb == "rework":
        yield "reworked", ended
    if ended and stage == "handle" and verb == "return":
        yield "sent_back", ended


def _closing(case: Case, clocks: list[Ended], today: date) -> Iterable[tuple[str, date]]:
    handling = [one for one in clocks if one.clock.stage == "handle"]
    due = (handling or clocks)[-1].due
    if due is None or case.state == "cancelled":
        return
    late = any(one.late for one in clocks)
    yield "close_due", due
    if case.state == "closed":
        yield "closed", due
        yield "closed_overdue" if late else "closed_on_time", due
    else:
        yield "close_pending", due
        if due < today:
            yield "close_pending_overdue", due


def totals(cases: Iterable[Case], since: date, until: date, today: date, who: str = "") -> Counter:
    return Counter(
        name
        for case in cases
        for name, when, key in of_case(case, today)
        if since <= when <= until and who in ("", key)
    )


def open_at_end_of(cases: Iterable[Case], when: date) -> tuple[int, int]:
    """(open, of these overdue) when the day ended."""
    count = late = 0
    for case in cases:
        if case.channel == "import" or day(case.opened_at) > when:
            continue
        if case.ended_at and day(case.ended_at) <= when:
            continue
        count += 1
        for one in stages(case):
            over = one.due is not None and one.due <= when
            late += over and not (one.clock.stopped_at and day(one.clock.stopped_at) <= when)
    return count, late


def working_minutes(case: Case) -> list[int]:
    """Of each time it was fed back: worked time between start and stop less what was worked in the pauses."""
    found = []
    for one in stages(case):
        if one.clock.stage != "handle" or one.verb != "handle":
            continue
        calendar = calendar_of_version(int(one.clock.calendar_version), one.clock.started_at, case.area_path)
        length = worked_between(one.clock.started_at, one.clock.stopped_at, calendar)
        for pause in timer_of(one.clock, case.area_path).pauses:
            length -= worked_between(pause.begins, min(pause.ends, one.clock.stopped_at), calendar)
        found.append(int(length.total_seconds() // 60))
    return found


def percentile(values: list[int], share: float) -> float:
    """Between the neighbours, as a line (the textbook's continuous percentile)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def points(definition: dict, counts: Counter, households: int | None) -> str | None:
    """The score as its rule tells it, by Python's own arithmetic on fractions; None below the sample."""
    named = {name: Fraction(counts[name]) for name in SUMMED}

    def reckoned(formula: str) -> Fraction | None:
        try:
            return Fraction(eval(formula, {"__builtins__": {}}, named))
        except ZeroDivisionError:
            return None

    sample = int(reckoned(definition["sample"]["formula"]))
    if sample < definition["sample"]["least"]:
        return None
    rates = [one for one in definition["components"] if "formula" in one]
    there = [one for one in rates if reckoned(one["formula"]) is not None]
    total = Fraction()
    for one in there:
        weight = Fraction(one["weight"]) * sum(Fraction(x["weight"]) for x in rates)
        total += half_up(reckoned(one["formula"]) * weight / sum(Fraction(x["weight"]) for x in there))
    for one in definition["components"]:
        if "counter" not in one:
            continue
        base = {"": (1, 1), "households": (1000, households), "workload": (100, sample)}[one.get("per", "")]
        if base[1]:
            earned = Fraction(str(one["points"])) * counts[one["counter"]] * base[0] / base[1]
            total += half_up(max(-Fraction(one["cap"]), min(Fraction(one["cap"]), earned)))
    if not there and not any("counter" in one for one in definition["components"]):
        return None
    return f"{float(max(Fraction(), min(Fraction(definition['most']), total))):.2f}"


def half_up(value: Fraction) -> Fraction:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Fraction(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
