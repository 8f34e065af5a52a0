"""The parts of the screen as one piece of HTML, the same for all who see the same area in the same language."""

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
from onegrid.cases.whistle.access import SEE as SEE_WHISTLES
from onegrid.cases.whistle.models import Whistle
from onegrid.cases.whistle.queries import whistles
from onegrid.cases.whistle.rules import OUT, CallState
from onegrid.kit.actors import Scope
from onegrid.portals.command.keeping import Kept
from onegrid.portals.command.river import capped, flowing, went_back
from onegrid.portals.command.weather import Queue, Weather, weather_rule

SLOW = 20.0  # seconds: classes, units and satisfaction change slowly
NEWS_MOST = 60
WHISTLES_SHOWN = 20
CAME = (CallState.REPORTED, CallState.FINISHED)

FAST: Kept[str] = Kept()
FAR: Kept["Slow"] = Kept()


@dataclass(frozen=True)
class Slow:
    """What is counted anew every SLOW seconds only."""

    classes: list[tuple[Any, int]]
    units: list[tuple[str, int]]
    satisfaction: loop.Satisfaction


def parts(viewer: User, heard: float | None) -> tuple[str, float]:
    """HTML, and in how many seconds to ask again (0: what was heard `heard` seconds ago is in)."""
    key: tuple[Scope, Scope, str | None] = (
        viewer.scope("cases.see"),
        viewer.scope(SEE_WHISTLES),
        get_language(),
    )
    return FAST.get(key, heard, lambda: render_to_string("command/parts.html", said(viewer, timezone.now())))


def said(viewer: User, at: datetime) -> dict[str, Any]:
    today = steps_today(viewer=viewer, at=at)
    standing = loop.standing(viewer=viewer, at=at)
    alarms = loop.alarms(viewer=viewer, at=at)
    emergencies = sum("urgent" in alarm.why for alarm in alarms)
    slow, _again = FAR.get(viewer.scope("cases.see"), SLOW, lambda: _slow(viewer, at))
    return {
        "at": at,
        "river": flowing(today.steps, standing.waiting),
        "back": went_back(today.steps),
        "open": capped(standing.open),
        "overdue": capped(standing.overdue),
        "soon": capped(standing.soon),
        "held": capped(standing.held),
        "alarms": alarms,
        "whistles": _whistles(viewer),
        "next_due": loop.next_due(viewer=viewer, at=at),
        "newest": loop.newest(viewer=viewer),
        "slow": slow,
        "weather": _weather(standing, emergencies, at),
        "news": [_news(step) for step in today.newest[:NEWS_MOST]],
    }


@dataclass(frozen=True)
class Called:
    """An open whistle: how many departments are called, and how many of them have come."""

    whistle: Whistle
    called: int
    came: int


def _whistles(viewer: User) -> list[Called]:
    if not viewer.scope(SEE_WHISTLES).reaches:
        return []
    found = []
    for one in whistles(viewer=viewer, limit=WHISTLES_SHOWN):
        states = [call.state for call in one.calls.all()]
        called = sum(state not in OUT or state == CallState.FINISHED for state in states)
        found.append(Called(one, called, sum(state in CAME for state in states)))
    return found


def _slow(viewer: User, at: datetime) -> Slow:
    return Slow(
        loop.top_classes(viewer=viewer, at=at),
        loop.late_units(viewer=viewer, at=at),
        loop.satisfaction(viewer=viewer, at=at),
    )


def _weather(standing: loop.Standing, emergencies: int, at: datetime) -> Weather:
    rule = weather_rule(timezone.localdate(at))
    return rule.of(Queue(standing.open, standing.overdue, standing.soon, emergencies))


def _news(step: Any) -> list:
    """[step, case, number, state ("" when it is over), emergency, due in seconds since 1970, lon, lat, verb]."""
    due = int(step.due_at.timestamp()) if step.due_at else None
    state = "" if step.state in FINAL else step.state
    return [step.step_id, step.case_id, step.number, state, step.urgent, due, step.lon, step.lat, step.verb]
