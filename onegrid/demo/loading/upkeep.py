"""Facilities, what was done for them, and planned cuts, in compounds that a firm manages."""

from datetime import datetime, timedelta

from django.utils import timezone

from onegrid.demo.loading.steps import BY
from onegrid.registry.cuts.actions import confirm_cut, restore_cut, send_cut, write_cut
from onegrid.registry.dwellings.models import Building, Compound
from onegrid.registry.dwellings.queries import buildings_of
from onegrid.registry.facilities.actions import put_up_facility, record_upkeep
from onegrid.registry.facilities.models import Facility

LIFT_FROM = 7  # floors
LIFTS_MOST = 4  # written of one compound
BEFORE_US = timedelta(days=40)  # the first round of upkeep lies so far back


def write_upkeep(compounds: list[Compound], at: datetime) -> int:
    """Facilities with a history: most in time, some due soon, a few overdue. How many were put up."""
    count = 0
    for number, compound in enumerate(compounds):
        for place, made in enumerate(_facilities(compound, at)):
            count += 1
            _looked_after(made, number + place, at)
    return count


def _facilities(compound: Compound, at: datetime) -> list[Facility]:
    buildings = buildings_of(compound.pk)
    lifts = [
        ("lift", one, f"{unit}单元")
        for one in buildings
        if one.floors >= LIFT_FROM
        for unit in range(1, one.units + 1)
    ]
    wanted: list[tuple[str, Building | None, str]] = [*lifts[:LIFTS_MOST]]
    wanted += [("fire", one, "一层") for one in buildings[:3]]
    wanted += [("charging", None, "东侧车棚"), ("camera", None, "大门"), ("fitness", None, "中心绿地")]
    if not any(kind == "lift" for kind, _building, _place in wanted) and buildings:
        wanted.append(("lift", buildings[0], "1单元加装"))
    first = timezone.localdate(at - BEFORE_US)
    return [
        put_up_facility(
            compound_id=compound.pk, kind=kind, building_id=building.pk if building else None, place=place,
            done_on=first, by=BY, at=at - BEFORE_US,
        )
        for kind, building, place in wanted
    ]  # fmt: skip


def _looked_after(made: Facility, number: int, at: datetime) -> None:
    """The latest round: some days ago, which decides how it stands today."""
    ago = (3, 12, 9, 1, 18, 6, 10)[number % 7]
    when = at - timedelta(days=ago)
    for upkeep in made.upkeeps.exclude(work__in=("lift_inspection", "fire_test")):
        worn = number % 9 == 4
        record_upkeep(
            upkeep_id=upkeep.pk, done_on=timezone.localdate(when), outcome="defect" if worn else "fine",
            words="部件磨损，已列入更换计划。" if worn else "", by=BY, at=when,
        )  # fmt: skip


CUTS = (
    # supply, reason, hours until it begins, hours that it lasts, how far it is: draft, waiting, announced, over
    ("water", "二次供水水箱清洗消毒", 20, 6, "announced"),
    ("lift", "电梯钢丝绳更换", -1, 4, "announced"),
    ("power", "配电柜检修", 50, 3, "waiting"),
    ("heat", "楼前供热阀门更换", -48, 5, "over"),
)


def write_cuts(compounds: list[Compound], at: datetime) -> int:
    """One of each kind of road: told, going on, waiting for the community, over."""
    for number, (supply, reason, begins, lasts, fate) in enumerate(CUTS):
        compound = compounds[number // 2 % len(compounds)]
        start = (at + timedelta(hours=begins)).replace(minute=0, second=0, microsecond=0)
        written = min(at, start) - timedelta(days=1)
        some = [one.pk for one in buildings_of(compound.pk)[:2]] if supply == "lift" else []
        cut = write_cut(
            compound_id=compound.pk, supply=supply, reason=reason, starts_at=start,
            ends_at=start + timedelta(hours=lasts), building_ids=some, phone="0543-0000101", by=BY, at=written,
        )  # fmt: skip
        send_cut(cut_id=cut.pk, by=BY, at=written)
        if fate != "waiting" and supply != "lift":
            confirm_cut(cut_id=cut.pk, by=BY, at=written)
        if fate == "over":
            restore_cut(cut_id=cut.pk, by=BY, at=start + timedelta(hours=lasts - 1))
    return len(CUTS)
