"""What stands on the screen beside cases: open whistles, open ways with their sections, and ranks by scores."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.paths.models import PathCase
from onegrid.cases.paths.queries import open_ways
from onegrid.cases.paths.rules import SectionState
from onegrid.cases.whistle.access import SEE as SEE_WHISTLES
from onegrid.cases.whistle.models import Whistle
from onegrid.cases.whistle.queries import open_whistles
from onegrid.cases.whistle.rules import OUT, CallState
from onegrid.oversight.scores.access import SEE as SEE_SCORES
from onegrid.oversight.scores.queries import Ranked, ranks

WHISTLES_MOST = 20
WAYS_MOST = 10
RANKED = ("street", "community")  # the first of which the viewer sees enough
RANKED_LEAST = 3
RANKS_SHOWN = 4
CAME = (CallState.REPORTED, CallState.FINISHED)
ROUGH = 0.00005  # degrees, some five metres: as fine as a wall shows a line


@dataclass(frozen=True)
class Called:
    """An open whistle: how many departments are called, and how many of them have come."""

    whistle: Whistle
    called: int
    came: int


@dataclass(frozen=True)
class Way:
    """An open path case: of how many sections there is evidence, of how many."""

    path: PathCase
    shown: int
    sections: int


@dataclass(frozen=True)
class Board:
    """The newest ranks of a kind of subject, best first."""

    subject: str
    starts_on: date
    ends_on: date
    rows: list[Ranked]


def whistles_now(viewer: User) -> list[Called]:
    """None for whom may not see any."""
    if not viewer.scope(SEE_WHISTLES).reaches:
        return []
    found = []
    for one in open_whistles(viewer=viewer, limit=WHISTLES_MOST):
        states = [call.state for call in one.calls.all()]
        called = sum(state not in OUT or state == CallState.FINISHED for state in states)
        found.append(Called(one, called, sum(state in CAME for state in states)))
    return found


def ways_now(viewer: User) -> list[Way]:
    return [
        Way(path, sum(one.state == SectionState.SHOWN for one in sections), len(sections))
        for path in open_ways(viewer=viewer, limit=WAYS_MOST)
        for sections in [vars(path)["streets"]]
    ]


def marks(called: list[Called], ways: list[Way]) -> dict[str, Any]:
    """For the map. Whistles: [number, lon, lat, emergency, words]; ways: id → section → state."""
    spots = [(one, one.whistle.point or one.whistle.area.centre) for one in called]
    return {
        "whistles": [
            [one.whistle.number, round(spot.x, 6), round(spot.y, 6), one.whistle.kind.urgent, _words(one)]
            for one, spot in spots
            if spot is not None
        ],
        "ways": {way.path.pk: {one.pk: one.state for one in vars(way.path)["streets"]} for way in ways},
    }


def _words(one: Called) -> str:
    came = _("%(came)s of %(called)s came") % {"came": one.came, "called": one.called}
    return f"{one.whistle.kind} · {one.whistle.area.name} · {came}"


def way_lines(viewer: User) -> dict[str, Any]:
    """The sections of open ways as GeoJSON: `id` of the section, `way`, its number `n`, `case` and `name`."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "id": section.pk,
                    "way": path.pk,
                    "n": place,
                    "case": path.case.number if path.case else "",
                    "name": section.area.name,
                },
                "geometry": {"type": line.geom_type, "coordinates": _rounded(line.coords)},
            }
            for path in open_ways(viewer=viewer, limit=WAYS_MOST, lines=True)
            for place, section in enumerate(vars(path)["streets"], 1)
            if section.line is not None
            for line in [section.line.simplify(ROUGH, preserve_topology=True)]
        ],
    }


def _rounded(coords: Any) -> Any:
    return round(coords, 6) if isinstance(coords, float) else [_rounded(one) for one in coords]


def ranks_now(viewer: User) -> Board | None:
    """None for whom may not see scores, and where fewer than RANKED_LEAST of a kind have one."""
    if not viewer.scope(SEE_SCORES).reaches:
        return None
    for subject in RANKED:
        found = ranks(viewer=viewer, subject=subject)
        rows = [row for row in found.rows if row.rank is not None] if found else []
        if found and len(rows) >= RANKED_LEAST:
            return Board(subject, found.run.starts_on, found.run.ends_on, rows[:RANKS_SHOWN])
    return None
