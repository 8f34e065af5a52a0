"""A third street beside the two, and tracks of a truck that crosses all three."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.paths.actions import draw_path
from onegrid.cases.paths.actions.drawing import Way
from onegrid.cases.paths.models import PathCase
from onegrid.kit.geo import Datum
from tests.cases.conftest import AT
from tests.streets import SOUTH, WEST, Street, Streets, _street

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGINS = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
LAT = SOUTH + 0.005


def third_street(town: Streets) -> Street:
    """丙街道, which touches 乙街道 in the east."""
    return _street(
        "c",
        "990101003",
        "丙街道",
        town.district,
        town.department,
        (WEST + 0.06, SOUTH),
        communities=1,
        grids=1,
    )


def spill() -> CaseClass:
    return CaseClass.objects.get(kind="event", code="06014", version__status="published")


def track(*lons: float, every: int = 60, lat: float = LAT, name: str = "truck") -> bytes:
    """CSV of a truck that is at these longitudes one after another."""
    rows = ["id,time,lng,lat"]
    for number, lon in enumerate(lons):
        at = BEGINS + timedelta(seconds=every * number)
        rows.append(f"{name},{at:%Y-%m-%d %H:%M:%S},{lon:.6f},{lat:.6f}")
    return "\n".join(rows).encode()


# from the west of 甲 through its two communities, a strip of nobody's, 乙 and 丙; 880 m a minute is 53 km/h
THROUGH = track(*(WEST + 0.001 + 0.01 * n for n in range(7)))


def drawn(town: Streets, content: bytes = THROUGH, **more) -> PathCase:
    given = {
        "way": Way(track=content, datum=Datum.CGCS2000), "text": "清运车一路遗撒", "class_id": spill().pk,
        "by": town.a.staff["dispatcher"], "at": AT,
    } | more  # fmt: skip
    return draw_path(**given)
