"""Places to patrol, plans and some patrols of the demo street, so that a worker's day is a day."""

from datetime import datetime, timedelta

from django.contrib.gis.geos import Point
from django.utils import timezone

from onegrid.accounts.identity.models import User
from onegrid.accounts.presence.actions import keep_position, sign_off, sign_on
from onegrid.cases.patrol.actions import Answer, load_checklists, patrol_place, set_plan
from onegrid.cases.patrol.models import Checklist, PatrolPlace, ResultChoices
from onegrid.cases.patrol.rules import Result, next_due
from onegrid.demo.loading.pictures import picture
from onegrid.demo.loading.steps import BY
from onegrid.demo.street.areas import STREET_CODE
from onegrid.places.areas.models import CGCS2000, Area
from onegrid.registry.establishments.models import Establishment

EVERY = {"small_shop": 30, "school_gate": 7, "construction_site": 7, "river": 7}
SHOPS_A_GRID = 6
SPOTS = (
    ("construction_site", "云桥社区改造工地"),
    ("river", "云溪河道云桥段"),
    ("school_gate", "云桥小学门口"),
)
# what the account "worker" found on the last days: item, note, put right at once
FINDINGS = (
    ("exits", "后门堆放纸箱，疏散通道只剩一半宽。", False),
    ("pavement", "门口占道摆放货架。", True),
    ("extinguisher", "灭火器压力不足，已过检验期。", False),
)


def write_rounds(users: dict[str, User], at: datetime) -> int:
    """How many places; every grid has some, the worker's own grid has patrols of the last days."""
    begins = at - timedelta(days=40)
    load_checklists(by=BY, at=begins)
    street = Area.objects.get(code=STREET_CODE)
    for place_class, days in EVERY.items():
        set_plan(
            area_id=street.pk,
            place_class=place_class,
            every_days=days,
            by=BY,
            at=begins,
            starts_on=timezone.localdate(begins),
        )
    own = users["worker"].duties.get().area
    places = [*_shops(street), *_spots(own)]
    for number, place in enumerate(places):
        _as_if_seen(place, number, at)
    PatrolPlace.objects.bulk_create(places, batch_size=500)
    _patrols(users["worker"], own, at)
    _colleagues(users["worker"], street, at)
    return len(places)


def _shops(street: Area) -> list[PatrolPlace]:
    """The first shops of each grid."""
    counted: dict[int, int] = {}
    rows = Establishment.objects.filter(
        kind__in=("shop", "restaurant"), area_path__startswith=street.path, grid__isnull=False
    )
    found = []
    for shop in rows.order_by("pk"):
        assert shop.grid_id is not None
        counted[shop.grid_id] = counted.get(shop.grid_id, 0) + 1
        if counted[shop.grid_id] <= SHOPS_A_GRID:
            found.append(
                PatrolPlace(
                    place_class="small_shop",
                    name=shop.name,
                    address=shop.address_text,
                    point=shop.point,
                    grid_id=shop.grid_id,
                    area_path=shop.area_path,
                    establishment=shop,
                )
            )
    return found


def _spots(grid: Area) -> list[PatrolPlace]:
    """A site, a stretch of the river and a school gate in the worker's own grid."""
    centre = _middle(grid)
    return [
        PatrolPlace(
            place_class=place_class,
            name=name,
            point=Point(centre.x + number * 0.0003, centre.y, srid=CGCS2000),
            grid=grid,
            area_path=grid.path,
        )
        for number, (place_class, name) in enumerate(SPOTS)
    ]


def _middle(area: Area) -> Point:
    """A point that lies inside."""
    assert area.boundary is not None
    return area.boundary.point_on_surface


def _as_if_seen(place: PatrolPlace, number: int, at: datetime) -> None:
    """Most were seen in time, one in six is due, one in eleven was never seen."""
    every = EVERY[place.place_class]
    begins = timezone.localdate(at) - timedelta(days=40)
    if number % 11 == 10:
        place.next_on = next_due(None, every, begins)
        return
    back = every + number % 3 if number % 6 == 0 else 1 + number % max(1, every - 1)
    place.last_seen_at = at - timedelta(days=back)
    place.last_result = ResultChoices.PROBLEM if number % 7 == 3 else ResultChoices.OK
    place.next_on = next_due(timezone.localdate(place.last_seen_at), every, begins)


def _patrols(worker: User, grid: Area, at: datetime) -> None:
    """The worker's own, through the action: two stay cases, one was settled, the others were in order."""
    shops = PatrolPlace.objects.filter(grid=grid, place_class="small_shop").order_by("pk")[: SHOPS_A_GRID - 2]
    for number, place in enumerate(shops):
        when = at - timedelta(days=5 - number, minutes=20 * number)
        checklist = Checklist.objects.get(place_class=place.place_class)
        finding = FINDINGS[number] if number < len(FINDINGS) else None
        patrol_place(
            place_id=place.pk,
            checklist_id=checklist.pk,
            answers=[_answer(item.code, number, finding) for item in checklist.items.all()],
            key=f"demo-{place.pk}",
            lon=place.point.x + 0.0001,
            lat=place.point.y,
            by=worker,
            at=when,
        )


def _answer(code: str, number: int, finding: tuple[str, str, bool] | None) -> Answer:
    if finding is None or finding[0] != code:
        return Answer(code, Result.OK)
    _code, note, settled = finding
    return Answer(
        code,
        Result.PROBLEM,
        note,
        [picture(40 + number)],
        settled,
        "已和店主一起搬回店内。" if settled else "",
        [picture(40 + number, done=True)] if settled else [],
    )


def _colleagues(worker: User, street: Area, at: datetime) -> None:
    """Some others are on duty now, with a position; the account "worker" was yesterday and signs on by itself."""
    before = sign_on(by=worker, at=at - timedelta(days=1, hours=2))
    sign_off(presence_id=before.pk, by=worker, at=at - timedelta(hours=18))
    others = User.objects.filter(
        duties__area__path__startswith=street.path, duties__role="main", duties__area__kind="grid"
    )
    for number, person in enumerate(others.exclude(pk=worker.pk).order_by("pk").distinct()[:8]):
        sign_on(by=person, at=at - timedelta(hours=1, minutes=3 * number))
        if number % 4 != 3:
            centre = _middle(person.duties.filter(role="main").order_by("pk")[0].area)
            keep_position(lon=centre.x, lat=centre.y, accuracy_m=15.0, by=person, at=at)
