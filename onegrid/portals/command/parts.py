"""The parts of the screen as one piece of HTML, the same for all who see the same area in the same language."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import loop
from onegrid.cases.flow.queries.today import steps_today
from onegrid.cases.flow.rules import FINAL
from onegrid.portals.command.beside import (
    SEE_SCORES,
    SEE_WHISTLES,
    WHISTLES_MOST,
    Board,
    marks,
    ranks_now,
    ways_now,
    whistles_now,
)
from onegrid.portals.command.keeping import Kept
from onegrid.portals.command.river import capped, flowing, went_back, wide
from onegrid.portals.command.weather import Queue, Weather, weather_rule

SLOW = 20.0  # seconds: classes, units and satisfaction change slowly
SLOWEST = 300.0  # ranks are made once a week or month
NEWS_MOST = 60

FAST: Kept[str] = Kept()
FAR: Kept["Slow"] = Kept()
RANKS: Kept[tuple[Board | None]] = Kept()


@dataclass(frozen=True)
class Bar:
    """`wide`: in percent of the longest."""

    name: Any
    count: int
    wide: int


@dataclass(frozen=True)
class Slow:
    """What is counted anew every SLOW seconds only."""

    classes: list[Bar]
    units: list[Bar]
    satisfaction: loop.Satisfaction


def seen_alike(viewer: User) -> Hashable | None:
    """Equal for all who see the same figures; None for whoever sees no cases."""
    if not viewer.scope("cases.see").reaches:
        return None
    return viewer.scope("cases.see"), viewer.scope(SEE_WHISTLES), viewer.scope(SEE_SCORES)


def parts(viewer: User, heard: float | None) -> tuple[str, float]:
    """HTML, and in how many seconds to ask again (0: what was heard `heard` seconds ago is in)."""
    return FAST.get((seen_alike(viewer), get_language()), heard, lambda: rendered(viewer))


def rendered(viewer: User) -> str:
    return render_to_string("command/parts.html", said(viewer, timezone.now()))


def said(viewer: User, at: datetime) -> dict[str, Any]:
    today = steps_today(viewer=viewer, at=at)
    standing = loop.standing(viewer=viewer, at=at)
    alarms = loop.alarms(viewer=viewer, at=at)
    emergencies = sum("urgent" in alarm.why for alarm in alarms)
    slow, _again = FAR.get(viewer.scope("cases.see"), SLOW, lambda: _slow(viewer, at))
    (ranks,), _again = RANKS.get(viewer.scope(SEE_SCORES), SLOWEST, lambda: (ranks_now(viewer),))
    called, ways = whistles_now(viewer), ways_now(viewer)
    return {
        "at": at,
        "river": flowing(today.steps, standing.waiting),
        "back": went_back(today.steps),
        "open": capped(standing.open),
        "overdue": capped(standing.overdue),
        "soon": capped(standing.soon),
        "held": capped(standing.held),
        "alarms": alarms,
        "alarmed": {why: sum(why in one.why for one in alarms) for why in ("urgent", "pressed", "overdue")},
        "whistles": called,
        "whistles_shown": f"{len(called)}+" if len(called) == WHISTLES_MOST else len(called),
        "ways": ways,
        "ranks": ranks,
        "next_due": loop.next_due(viewer=viewer, at=at),
        "newest": loop.newest(viewer=viewer),
        "slow": slow,
        "weather": _weather(standing, emergencies, at),
        "news": [_news(step) for step in today.newest[:NEWS_MOST]],
        "marks": marks(called, ways),
    }


def _slow(viewer: User, at: datetime) -> Slow:
    return Slow(
        _bars(loop.top_classes(viewer=viewer, at=at)),
        _bars(loop.late_units(viewer=viewer, at=at)),
        loop.satisfaction(viewer=viewer, at=at),
    )


def _bars(counts: list[tuple[Any, int]]) -> list[Bar]:
    longest = max([count for _name, count in counts], default=1)
    return [Bar(name, count, wide(count, longest)) for name, count in counts]


def _weather(standing: loop.Standing, emergencies: int, at: datetime) -> Weather:
    rule = weather_rule(timezone.localdate(at))
    return rule.of(Queue(standing.open, standing.overdue, standing.soon, emergencies))


def _news(step: Any) -> list:
    """[step, case, number, state ("" when it is over), emergency, due in seconds since 1970, lon, lat, verb]."""
    due = int(step.due_at.timestamp()) if step.due_at else None
    state = "" if step.state in FINAL else step.state
    return [step.step_id, step.case_id, step.number, state, step.urgent, due, step.lon, step.lat, step.verb]
