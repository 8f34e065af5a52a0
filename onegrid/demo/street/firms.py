"""Shops, firms, schools and offices with a door on a street; credit codes of valid form that belong to nobody."""

from dataclasses import dataclass

import numpy as np
import shapely

from onegrid.demo.names.places import TradeNames
from onegrid.demo.seeds import stream
from onegrid.demo.street.addresses import Addressbook
from onegrid.demo.street.areas import DISTRICT_CODE
from onegrid.demo.town.buildings import Building, Use
from onegrid.demo.town.town import Town
from onegrid.registry.establishments.rules import ALPHABET, check_character

FRONT_M = 13.0  # metres of street front one shop takes

_NAMED = {
    Use.SCHOOL: ("school", "小学"), Use.KINDERGARTEN: ("school", "幼儿园"), Use.HOSPITAL: ("hospital", "医院"),
    Use.GOVERNMENT: ("office", "便民服务中心"), Use.MARKET: ("market", "农贸市场"), Use.MALL: ("market", "购物中心"),
}  # fmt: skip
_FIRST = (
    "云桥",
    "知新",
    "书香",
    "松涛",
    "柳浪",
    "长虹",
    "稻香",
    "东岭",
    "映月",
    "青杨",
    "景行",
    "安澜",
    "文津",
    "望岭",
    "知远",
    "采薇",
)


@dataclass(frozen=True)
class FirmPlan:
    """One establishment; `building` is its index in the town, None when it stands beside one."""

    kind: str
    name: str
    xy: tuple[float, float]
    plot: int
    credit_code: str
    building: int
    address: str


def firm_plans(town: Town, book: Addressbook) -> list[FirmPlan]:
    """One to three shops a shop house, firms in halls and offices, one name for each public ground."""
    random = stream(town.seed, "firms")
    names = TradeNames(random)
    plans: list[FirmPlan] = []
    grounds: set[tuple[Use, int]] = set()
    for index, building in enumerate(town.buildings):
        found: list[tuple[str, str]] = []
        if building.use == Use.SHOP:
            found = [names.shop() for _ in range(min(max(int(_front(building) // FRONT_M), 1), 3))]
        elif building.use in (Use.HALL, Use.OFFICE):
            found = [("factory" if building.use == Use.HALL else "firm", names.works())]
        elif building.use in _NAMED and (building.use, building.plot) not in grounds:
            kind, what = _NAMED[building.use]
            first = _FIRST[len(grounds) % len(_FIRST)]
            found = [(kind, f"{first}{_school(building, what)}")]
            grounds.add((building.use, building.plot))
        for number, (kind, name) in enumerate(found):
            code = credit_code(len(plans) + 1, "2" if kind in ("shop", "restaurant") else "1")
            point = _along(building, (number + 0.5) / len(found))
            plans.append(FirmPlan(kind, name, point, building.plot, code, index, book.text(town, index)))
    return plans


def credit_code(serial: int, kind: str) -> str:
    """18 characters with both check characters; the division does not exist, so neither does the unit."""
    body = f"DM{serial:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    rest = 11 - sum(w * int(sign, 36) for w, sign in zip(weights, body, strict=True)) % 11
    organisation = body + {10: "X", 11: "0"}.get(rest, str(rest))
    start = f"9{kind}{DISTRICT_CODE}{organisation}"
    assert set(start) <= set(ALPHABET)
    return start + check_character(start)


def _school(building: Building, what: str) -> str:
    return "中学" if what == "小学" and building.floors > 4 else what


def _front(building: Building) -> float:
    corners = shapely.get_coordinates(building.shape)[:4]
    return float(max(np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))))


def _along(building: Building, share: float) -> tuple[float, float]:
    corners = shapely.get_coordinates(building.shape)[:4]
    side, other = corners[1] - corners[0], corners[3] - corners[0]
    along, across = (side, other) if np.hypot(*side) >= np.hypot(*other) else (other, side)
    x, y = corners[0] + along * share + across * 0.5
    return float(x), float(y)
