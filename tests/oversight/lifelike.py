"""A seeded month of matters on two streets, through the actions: in time and late, returned, reworked, rated."""

from datetime import UTC, datetime, timedelta
from random import Random

from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case, Channel, StageClock
from tests.cases.conftest import photo, reported, road

BEGAN = datetime(2026, 10, 8, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
WAYS = (
    "whole", "whole", "whole", "whole", "rated", "rated", "redo", "returned", "reworked", "settled", "cancelled",
    "verified", "filed", "dispatched", "handled", "held", "recalled",
)  # fmt: skip


def furnish(town, seed: int = 7, count: int = 22) -> list[Case]:
    """That many cases; what became of each is drawn by the seed."""
    chance = Random(seed)
    for number in range(count):
        street = chance.choice([town.a, town.a, town.b])
        at = BEGAN + timedelta(hours=chance.randrange(0, 24 * 38))
        way = WAYS[number % len(WAYS)] if number < len(WAYS) else chance.choice(WAYS)
        Life(street, chance, at).live(way, number)
    return whole()


def whole() -> list[Case]:
    return list(Case.objects.prefetch_related("steps", "clocks").order_by("pk"))


class Life:
    """One case and its time."""

    def __init__(self, street, chance: Random, at: datetime) -> None:
        self.street, self.chance, self.at = street, chance, at
        self.staff = street.staff

    def later(self) -> datetime:
        self.at += timedelta(minutes=self.chance.choice([20, 90, 300, 1500, 4000, 9000]))
        return self.at

    def live(self, way: str, number: int) -> None:
        grid = self.chance.randrange(len(self.street.grids))
        if way == "settled" or self.chance.random() < 0.3:
            who = {"channel": Channel.GRID_WORKER, "by": self.staff["grid_worker"]}
            lon, lat = self.street.at(0)
            case = actions.open_case(text=f"第{number}件", lon=lon, lat=lat, at=self.at, **who)
        else:
            case = reported(self.street, grid, text=f"第{number}件", at=self.at)
        self.id = case.pk
        if way == "settled":
            by = self.staff["grid_worker"]
            actions.settle_case(case_id=self.id, words="扶正了", photos=[photo()], by=by, at=self.later())
            return self.close()
        if way == "cancelled":
            by = self.staff["shift_leader"]
            actions.cancel_case(case_id=self.id, reason="重复", by=by, at=self.later())
            return None
        if case.state == "reported":
            actions.verify_case(case_id=self.id, by=self.worker(case), at=self.later())
        if way == "verified":
            return None
        self.file()
        if way == "filed":
            return None
        self.dispatch()
        if way == "dispatched":
            return None
        if way == "returned":
            by = self.unit_of()
            actions.return_case(case_id=self.id, reason="不归我管", by=by, at=self.later())
            self.dispatch()
        if way == "recalled":
            actions.recall_case(case_id=self.id, words="", by=self.staff["dispatcher"], at=self.at)
            self.dispatch()
        if way == "held":
            by = self.staff["shift_leader"]
            self.hold(by)
            return None
        self.handle()
        if way == "handled":
            return None
        if way == "reworked":
            by = self.worker(Case.objects.get(pk=self.id))
            actions.rework_case(case_id=self.id, reason="没有修好", by=by, at=self.later())
            self.handle()
        actions.check_case(case_id=self.id, by=self.worker(Case.objects.get(pk=self.id)), at=self.later())
        self.close()
        if way in ("rated", "redo"):
            self.rate(redo=way == "redo")
        return None

    def worker(self, case: Case):
        """Who answers for the grid; street B has one worker, A three."""
        places = {self.street.grids[0].pk: "grid_worker"}
        if len(self.street.grids) > 1:
            places |= {self.street.grids[1].pk: "grid_worker_2"}
            places |= dict.fromkeys([grid.pk for grid in self.street.grids[2:]], "grid_worker_3")
        return self.staff[places[case.grid_id]]

    def file(self) -> None:
        actions.file_case(
            case_id=self.id, class_id=road().pk, standard_id=standards_of(road())[0].pk,
            by=self.staff["shift_leader"], at=self.later(),
        )  # fmt: skip

    def dispatch(self) -> None:
        unit = self.street.office.pk
        by = self.staff["dispatcher"]
        actions.dispatch_case(case_id=self.id, unit_id=unit, words="归城管办", by=by, at=self.later())

    def unit_of(self):
        return self.staff["department_officer"]

    def handle(self) -> None:
        by = self.unit_of()
        self.later()
        actions.handle_case(case_id=self.id, words="修好了", photos=[photo()], by=by, at=self.later())

    def hold(self, by) -> None:
        actions.put_hold(case_id=self.id, reason="大雨", until=self.at + timedelta(days=9), by=by, at=self.at)

    def close(self) -> None:
        actions.close_case(case_id=self.id, by=self.staff["shift_leader"], at=self.later())

    def rate(self, *, redo: bool) -> None:
        case = Case.objects.get(pk=self.id)
        actions.rate_case(
            number=case.number, follow_code=case.follow_code, stars=1 if redo else 5, satisfied=not redo,
            words="还是坏的" if redo else "", redo=redo, at=self.later(),
        )  # fmt: skip


def excuse(case: Case) -> None:
    """An appeal was granted: what an action writes on the clock."""
    StageClock.objects.filter(case=case, stopped_at__isnull=False).update(excused=True)
