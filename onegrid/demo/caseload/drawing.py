"""One piece of many cases as lines for three tables: the same hashes, seals and clocks as the real actions write."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from onegrid.cases.flow import rules
from onegrid.cases.flow.chain import case_seal, first_hash, report_hash, step_hash
from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case, Channel, LimitFrom, StageClock, Step
from onegrid.cases.flow.rules import STAGE_OF, State, Verb
from onegrid.demo.caseload import fates, words
from onegrid.demo.caseload.ground import Doer, Ground, Limit, Spot
from onegrid.demo.caseload.rows import Sheet
from onegrid.demo.seeds import stream
from onegrid.kit.worktime import Timer, Unit

PREFIX = "YW"
SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANNELS = (
    (Channel.GRID_WORKER, 0.44), (Channel.RESIDENT, 0.30), (Channel.HOTLINE, 0.18), (Channel.SENSOR, 0.03),
    (Channel.SUPERVISOR, 0.03), (Channel.CAMERA, 0.01), (Channel.OPEN311, 0.01),
)  # fmt: skip
OWN_CASE = ["id", "opened_at", "stepped_at", "version"]
OWN_STEP = ["case_id", "position", "at"]
OWN_CLOCK = ["case_id", "org_id", "limit", "limit_from", "started_at", "due_at", "approaching_at", "tell_at"]


class Point(NamedTuple):
    """Longitude and latitude as `report_hash` reads them from a real point."""

    x: float
    y: float


@dataclass(frozen=True)
class Piece:
    """A run of cases: ids and serials go up from the first of each."""

    number: int
    count: int
    first_id: int
    first_serial: int
    newest: int  # minutes before `at` of the newest, and how far the piece reaches back from there
    reach: int


class Drawer:
    """Draws pieces; one in each process."""

    def __init__(self, ground: Ground, seed: int, already: int, at: datetime) -> None:
        self.ground, self.seed, self.already = ground, seed, already
        self.at = at.astimezone(SHANGHAI).replace(second=0, microsecond=0)
        self.cases, self.steps = Sheet(Case, OWN_CASE), Sheet(Step, OWN_STEP)
        self.clocks = Sheet(StageClock, OWN_CLOCK)
        shares = 1.0 / np.arange(2, len(ground.matters) + 2) ** 1.1
        order = stream(seed, "classes by weight").permutation(len(ground.matters))
        self.weights = np.empty(len(order))
        self.weights[order] = shares / shares.sum()
        busy = stream(seed, "busy grids").lognormal(0, 0.6, len(ground.spots))
        self.busy = busy / busy.sum()
        self.due = lru_cache(maxsize=200_000)(self._due)

    def piece(self, piece: Piece) -> tuple[int, bytes, bytes, bytes]:
        """(how many cases, lines of cases, of steps, of clocks)"""
        many = stream(self.seed, "cases", self.already, piece.number)  # for all cases at once
        one = Random(int(many.integers(1 << 62)))  # for single draws, at which numpy is slow
        ground, count = self.ground, piece.count
        spots = many.choice(len(ground.spots), size=count, p=self.busy).tolist()
        matters = many.choice(len(ground.matters), size=count, p=self.weights).tolist()
        roads = fates.chosen_roads(many, count).tolist()
        channels = many.choice(len(CHANNELS), size=count, p=[share for _channel, share in CHANNELS]).tolist()
        ago = (np.sort(many.integers(0, piece.reach, count))[::-1] + piece.newest).tolist()
        hours = np.searchsorted(_HOURS, many.random(count)).tolist()
        digests = many.bytes(32 * count).hex()
        lines: tuple[list[str], list[str], list[str]] = ([], [], [])
        for i in range(count):
            drawn = _Drawn(
                self, one, piece.first_id + i, piece.first_serial + i, ground.spots[spots[i]], matters[i],
                fates.ROADS[roads[i]][1], CHANNELS[channels[i]][0], self._opened(ago[i], hours[i]),
                digests[64 * i : 64 * i + 64],
            )  # fmt: skip
            drawn.live()
            lines[0].append(self.cases.line(drawn.case))
            lines[1].extend(map(self.steps.line, drawn.steps))
            lines[2].extend(map(self.clocks.line, drawn.clocks))
        cases, steps, clocks = ("\n".join([*part, ""]).encode() for part in lines)
        return count, cases, steps, clocks

    def _opened(self, minutes_ago: int, hour: int) -> datetime:
        """Some minutes before the end, moved to an hour at which people report; never later than the end."""
        moment = self.at - timedelta(minutes=minutes_ago)
        return min(moment.replace(hour=hour), self.at - timedelta(minutes=1)).astimezone(UTC)

    def _due(self, start: datetime, limit: Limit) -> tuple[datetime, datetime, str]:
        """When it is over, from when on it approaches, and the calendar's version."""
        local = start.astimezone(SHANGHAI)
        calendar = self.ground.calendars[local.date()]
        timer = Timer(limit.limit, Unit(limit.unit), local, calendar)
        near = timer.approaching_at(flow_limits(local.date()).approaching_share)
        assert timer.due_at is not None and near is not None  # it does not stand still
        return timer.due_at.astimezone(UTC), near.astimezone(UTC), calendar.version


_HOURS = np.cumsum(fates.DAY_SHARES / fates.DAY_SHARES.sum())[:-1]


class _Drawn:
    """One case from its report to where it stands at the end."""

    def __init__(
        self, drawer: Drawer, random: Random, pk: int, serial: int, spot: Spot, matter: int,
        road: tuple[Verb, ...], channel: Channel, opened: datetime, digest: str,
    ) -> None:  # fmt: skip
        self.drawer, self.random, self.spot, self.road = drawer, random, spot, road
        self.ground = drawer.ground
        self.matter_number, self.matter = matter, self.ground.matters[matter]
        self.steps: list[SimpleNamespace] = []
        self.clocks: list[SimpleNamespace] = []
        lon, lat = random.choice(spot.points)
        text, address = words.report(random, self.matter.name)
        serial = (serial - 1) % (10**rules.SERIAL_DIGITS - 1) + 1
        number = rules.case_number(PREFIX, opened.astimezone(SHANGHAI).date(), serial)
        code = "".join(random.choices(rules.CODE_LETTERS, k=rules.CODE_LENGTH))
        self.case = drawer.cases.row(
            id=pk, number=number, follow_code=code, channel=channel.value,
            source_key=f"{channel.value}:{number}" if channel in (Channel.HOTLINE, Channel.OPEN311) else None,
            digest=digest, text=text, address=address, point=Point(lon, lat),
            grid_id=spot.grid_id, community_id=spot.community_id, street_id=spot.street_id,
            area_path=spot.path, state=State.REPORTED.value, anonymous=channel != Channel.GRID_WORKER,
            opened_at=opened, stepped_at=opened,
            case_class_id=self.matter.pk if random.random() < 0.7 else None, version=1,
        )  # fmt: skip
        self.last_hash = first_hash(number)

    def live(self) -> None:
        reporter = Doer("public:resident", "居民")
        if self.case.channel == Channel.GRID_WORKER and self.spot.worker:
            reporter = self.spot.worker
        elif self.case.channel not in (Channel.RESIDENT, Channel.GRID_WORKER):
            reporter = Doer("system:demo", "demo")
        reported = {"report": report_hash(self.case)}  # type: ignore[arg-type]  # a row like a Case
        self._write(Verb.OPEN, "", reporter, self.case.opened_at, reported, "")
        moment = self.case.opened_at
        for verb, minutes in zip(self.road, fates.durations(self.random, self.road), strict=True):
            moment += timedelta(minutes=minutes)
            if moment > self.drawer.at:
                break
            self._take(verb, moment)
        self.case.seal = case_seal(self.case, self.last_hash)  # type: ignore[arg-type]  # a row like a Case

    def _take(self, verb: Verb, moment: datetime) -> None:
        case, before = self.case, self.case.state
        case.state = rules.STEPS[State(before), verb].value
        details = self._effects(verb) | self._stopped(moment)
        case.version += 1
        case.stepped_at = moment
        if State(case.state) in rules.FINAL:
            case.ended_at = moment
        self._write(
            verb, before, self._doer(verb, before), moment, details, words.note(self.random, verb.value)
        )

    def _effects(self, verb: Verb) -> dict[str, Any]:
        """What the verb changes in the case, and what its step keeps."""
        case, matter = self.case, self.matter
        if verb == Verb.VERIFY:
            return {"found": True}
        if verb == Verb.FILE:
            case.case_class_id = matter.pk
            if not matter.standards:
                return {"class": matter.label}
            self.row = self.random.choice(matter.standards)
            case.standard_id = self.row.pk
            return {"class": matter.label, "standard": self.row.copied}
        if verb == Verb.DISPATCH:
            unit = self.ground.units[self.ground.unit_of[self.spot.street][self.matter_number]]
            _by_list, why, rule = self.ground.by_list[self.spot.street][self.matter_number]
            case.unit_id = unit.org_id
            return {"by_list": True, "why": why, "rule": rule}
        if verb == Verb.RETURN:
            case.unit_id = None
        return {}

    def _doer(self, verb: Verb, before: str) -> Doer:
        on_site = self.spot.worker
        desk = self.ground.desks[self.spot.street]
        if verb in (Verb.HANDLE, Verb.RETURN):
            unit = self.ground.units[self.ground.unit_of[self.spot.street][self.matter_number]]
            return self.ground.officers.get(unit.org_id or 0, unit)
        sent_back_on_site = verb == Verb.REWORK and before == State.HANDLED
        if on_site and (verb in (Verb.VERIFY, Verb.SETTLE, Verb.CHECK) or sent_back_on_site):
            return on_site
        return self.random.choice(desk)

    def _hold(self) -> str:
        """Puts the case into the hands that have it in its state; the name as the timeline says it."""
        case, state = self.case, State(self.case.state)
        centre = self.ground.centres[self.spot.street]
        case.holder_org_id = case.holder_user_id = None
        if state in rules.FINAL:
            return ""
        if state in (State.REPORTED, State.HANDLED) and self.spot.worker:
            case.holder_user_id = self.spot.worker.user_id
            return self.spot.worker.label
        holder = centre
        if state == State.DISPATCHED:
            holder = self.ground.units[self.ground.unit_of[self.spot.street][self.matter_number]]
        assert holder is not None
        case.holder_org_id = holder.org_id
        return holder.org_name

    def _write(
        self, verb: Verb, before: str, doer: Doer, moment: datetime, details: dict[str, Any], said: str
    ) -> None:
        case, to = self.case, self._hold()
        details = details | self._start_clock(moment)
        step = self.drawer.steps.row(
            case_id=case.id, position=len(self.steps) + 1, verb=verb.value, from_state=before, to_state=case.state,
            actor_key=doer.key, actor_label=doer.label, post=doer.post, org_id=doer.org_id, org_name=doer.org_name,
            to_org_id=case.holder_org_id, to_user_id=case.holder_user_id, to=to[:120], words=said, details=details,
            at=moment, prev_hash=self.last_hash,
        )  # fmt: skip
        step.hash = self.last_hash = step_hash(step, case.number, ())  # type: ignore[arg-type]  # a row like a Step
        self.steps.append(step)

    def _start_clock(self, moment: datetime) -> dict[str, Any]:
        """What the step keeps of it. Of what is past at the end of the drawing nobody is told any more."""
        stage = STAGE_OF.get(State(self.case.state))
        self.case.due_at = self.case.approaching_at = None
        if stage is None:
            return {}
        limit, origin = self.ground.limits[stage], LimitFrom.VERSION.value
        if stage == "handle" and self.case.standard_id is not None:
            limit, origin = self.row.limit, LimitFrom.STANDARD.value
        due, near, version = self.drawer.due(moment, limit)
        self.case.due_at, self.case.approaching_at = due, near
        self.clocks.append(
            self.drawer.clocks.row(
                case_id=self.case.id,
                org_id=self.case.unit_id if stage == "handle" else None,
                stage=stage,
                limit=limit.limit,
                unit=limit.unit,
                mark=limit.mark,
                limit_from=origin,
                calendar_version=version,
                started_at=moment,
                due_at=due,
                approaching_at=near,
                tell_at=next((one for one in (near, due) if one > self.drawer.at), None),
                stopped_at=None,
            )
        )  # fmt: skip
        return {"limit_from": origin}

    def _stopped(self, moment: datetime) -> dict[str, Any]:
        if not self.clocks:
            return {}
        clock = self.clocks[-1]
        clock.stopped_at = moment
        late = moment > clock.due_at
        return {"clock": {"stage": clock.stage, "due_at": clock.due_at.isoformat(), "late": late}}
