"""The ways of a matter from its report to its end, each told as one story by those whose work it is.

Refusals stand in the tests of each action; here is what a reader of issue 3 looks for: the three classes of handling,
the emergency, the return, the rework, the suspension over Spring Festival, the appeal, the merge.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.models import CatalogVersion, DispatchRule
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.queries.public import public_case
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, photo, reported, road
from tests.cases.flow.test_side_roads import refused

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Journey:
    """A case of street A on its way; `at` moves on as the story does."""

    def __init__(self, town, at: datetime = AT, **report) -> None:
        self.town, self.staff, self.at = town, town.a.staff, at
        self.case = reported(town.a, at=at, **report)

    def goes(self, who: str, action, *, after: timedelta = timedelta(minutes=5), **given) -> Case:
        """`who` takes the step; the case as it is then."""
        self.at += after
        action(case_id=self.case.pk, by=self.staff[who], at=self.at, **given)
        self.case.refresh_from_db()
        return self.case

    def filed(self, who: str = "shift_leader") -> Case:
        row = standards_of(road())[0]
        return self.goes(who, actions.file_case, class_id=road().pk, standard_id=row.pk)

    def sent(self) -> Case:
        self.goes("grid_worker", actions.verify_case)
        self.filed()
        return self.goes("dispatcher", actions.dispatch_case)

    def handled(self) -> Case:
        return self.goes("department_officer", actions.handle_case, words="坑已补好", photos=[photo()])

    def closed(self) -> Case:
        self.goes("grid_worker", actions.check_case)
        return self.goes("shift_leader", actions.close_case, words="已修好，谢谢")

    def told(self) -> list[str]:
        """The verbs of the timeline, after the proof that nobody changed it."""
        assert list(CaseTimelines().findings(lambda done, total: None)) == []
        return list(self.case.steps.values_list("verb", flat=True))

    def read_by_reporter(self) -> str:
        return public_case(number=self.case.number, follow_code=self.case.follow_code).steps[-1].words


@pytest.fixture
def journey(town) -> Journey:
    return Journey(town)


def test_first_class_settled_in_the_grid(journey):
    case = journey.goes("grid_worker", actions.settle_case, words="已当场清理", photos=[photo()])
    assert (case.level, case.state, case.unit, case.holder_org) == (
        "grid",
        "checked",
        None,
        journey.town.a.centre,
    )
    assert journey.goes("shift_leader", actions.close_case, words="已清理").state == "closed"
    assert journey.told() == ["open", "settle", "close"] and journey.read_by_reporter() == "已清理"
    assert set(case.clocks.values_list("stage", flat=True)) == {"verify", "close"}


def test_second_class_led_by_the_community(journey):
    station = journey.town.a.stations[0]
    case = journey.goes("grid_worker", actions.verify_case, level="community")
    assert (case.level, case.holder_org) == ("community", station)
    journey.filed("community_clerk")
    case = journey.goes("community_clerk", actions.dispatch_case, unit_id=station.pk, words="社区自行处理")
    assert case.unit == station
    journey.goes("community_clerk", actions.handle_case, words="已补", photos=[photo()])
    assert journey.closed().state == "closed"
    assert journey.told() == ["open", "verify", "file", "dispatch", "handle", "check", "close"]


def test_third_class_by_the_street_up_to_the_district_and_back(above):
    journey = Journey(above)
    journey.sent()
    assert journey.case.unit == above.a.office
    case = journey.goes("department_officer", actions.escalate_case, reason="需区级资金")
    assert (case.level, case.unit, case.holder_org) == ("district", None, above.staff["centre"])
    journey.staff = above.staff
    case = journey.goes("shift_leader", actions.hand_down_case, reason="街道可办")
    journey.staff = above.a.staff
    assert (case.level, case.holder_org) == ("street", above.a.centre)
    journey.goes("dispatcher", actions.dispatch_case)
    journey.handled()
    assert journey.closed().state == "closed"
    assert journey.told()[3:6] == ["dispatch", "escalate", "hand_down"]


def test_an_emergency_passes_every_queue(town):
    lon, lat = town.a.at(0)
    staff = town.a.staff
    case = actions.open_case(
        channel="hotline", text="燃气泄漏", lon=lon, lat=lat, urgent=True, by=staff["acceptor"], at=AT
    )
    assert (case.state, case.holder_org) == ("verified", town.a.centre)
    loud = Notice.objects.filter(urgent=True).values_list("recipient__username", flat=True)
    assert {"a.leader", "a.shift_leader"} <= set(loud)
    journey = Journey(town)
    journey.case = case
    journey.filed()
    sent = journey.goes("dispatcher", actions.dispatch_case)
    assert sent.due_at == journey.at + timedelta(hours=2)  # not the row's five days
    assert Notice.objects.filter(recipient=staff["department_officer"], urgent=True).exists()
    journey.handled()
    assert journey.closed().state == "closed"
    assert set(case.clocks.values_list("unit", flat=True)) == {"urgent_hour"}


def test_a_return_goes_to_the_dispatcher_and_on_to_another_unit(journey):
    journey.sent()
    case = journey.goes("department_officer", actions.return_case, reason="属小区内部")
    assert (case.state, case.unit, case.holder_org) == ("filed", None, journey.town.a.centre)
    refused(  # who gave it back has no hand in its next step
        "not_allowed", actions.dispatch_case, case_id=case.pk, by=journey.staff["department_officer"]
    )
    case = journey.goes("dispatcher", actions.dispatch_case, unit_id=journey.town.a.firm.pk, words="小区内部")
    assert case.unit == journey.town.a.firm
    journey.goes("property_clerk", actions.handle_case, words="物业已补", photos=[photo()])
    assert journey.closed().state == "closed"
    assert journey.told()[3:6] == ["dispatch", "return", "dispatch"]


def test_a_rework_after_the_check_starts_a_clock_of_its_own(journey):
    first = journey.sent().due_at
    journey.handled()
    case = journey.goes(
        "grid_worker", actions.rework_case, reason="仍有坑", photos=[photo()], after=timedelta(days=3)
    )
    assert (case.state, case.unit) == ("dispatched", journey.town.a.office) and case.due_at > first
    journey.handled()
    assert journey.closed().state == "closed"
    assert case.clocks.filter(stage="handle").count() == 2 and "rework" in journey.told()


def test_suspended_over_spring_festival_2026(town):
    """15 to 23 February 2026 are days off, 14 and 28 February make-up workdays. Five workdays from the 12th, held
    from the 13th to the 27th at 9: four are left, and the Saturday counts."""
    with connection.cursor() as cursor:  # the shipped catalogue begins later in the year
        cursor.execute("SET LOCAL onegrid.catalog_open = 'on'")
    CatalogVersion.objects.filter(pk=road().version_id).update(valid_from=date(2026, 1, 1))
    DispatchRule.objects.update(valid_from=datetime(2026, 1, 1, tzinfo=SHANGHAI))
    journey = Journey(town, at=datetime(2026, 2, 12, 8, 45, tzinfo=SHANGHAI))
    case = journey.sent()
    started = case.clocks.get(stopped_at=None).started_at.astimezone(SHANGHAI)
    assert (started.day, started.hour, started.minute) == (12, 9, 0)
    # Thursday 12, Friday 13, Saturday 14 (make-up), Tuesday 24, Wednesday 25, and the first hour of the 26th
    assert case.due_at.astimezone(SHANGHAI) == datetime(2026, 2, 26, 9, tzinfo=SHANGHAI)
    until = datetime(2026, 2, 27, 9, tzinfo=SHANGHAI)
    wish = actions.apply_for(
        case_id=case.pk, kind="suspension", reason="节后材料到货", until=until,
        by=journey.staff["department_officer"], at=datetime(2026, 2, 13, 9, tzinfo=SHANGHAI),
    )  # fmt: skip
    actions.decide_application(
        application_id=wish.pk, granted=True, words="同意", by=journey.staff["leader"],
        at=datetime(2026, 2, 13, 9, tzinfo=SHANGHAI),
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.holds_open, case.due_at, case.approaching_at) == (1, None, None)
    assert actions.tell_of_clocks(at=until - timedelta(minutes=1)) == 0  # over the festival nobody is pressed
    assert actions.lift_ended_holds(at=until) == 1
    case.refresh_from_db()
    # four workdays from Friday 27 at 9: Friday, Saturday 28 (make-up), Monday 2, Tuesday 3 March
    assert case.due_at.astimezone(SHANGHAI) == datetime(2026, 3, 4, 9, tzinfo=SHANGHAI)
    journey.at = until
    journey.handled()
    assert journey.closed().state == "closed"
    assert not case.clocks.get(stage="handle").excused
    assert journey.told()[-6:] == ["apply", "decide", "resume", "handle", "check", "close"]


def test_an_appeal_excuses_the_statistics_and_keeps_the_fact(town, seconds):
    journey = Journey(town)
    journey.at = journey.sent().due_at + timedelta(hours=4)
    assert actions.tell_of_clocks(at=journey.at) == 1
    journey.handled()
    clock = journey.closed().clocks.get(stage="handle")
    appeal = actions.apply_for(
        case_id=journey.case.pk, kind="appeal", reason="当日暴雨", clock_id=clock.pk,
        by=journey.staff["department_officer"], at=journey.at,
    )  # fmt: skip
    for decider, state in ((journey.staff["shift_leader"], "waiting"), (seconds, "granted")):
        appeal = actions.decide_application(
            application_id=appeal.pk, granted=True, words="属实", by=decider, at=journey.at
        )
        assert appeal.state == state
    clock.refresh_from_db()
    assert clock.excused and clock.stopped_at > clock.due_at
    assert journey.case.steps.get(verb="handle").details["clock"]["late"] is True
    assert FactRow.objects.filter(kind="cases.CaseOverdue", payload__case_id=journey.case.pk).count() == 1
    assert journey.told()[-3:] == ["apply", "decide", "decide"]


def test_a_merged_report_closes_with_the_other_and_its_reporter_reads_why(journey):
    twin = Journey(journey.town, text="这里有个坑")
    merged = twin.goes("shift_leader", actions.merge_case, into_id=journey.case.pk, reason="同一个坑")
    assert (merged.holds_open, merged.due_at) == (1, None)
    journey.sent()
    journey.handled()
    journey.closed()
    twin.case.refresh_from_db()
    assert twin.case.state == "closed" and twin.read_by_reporter() == "已修好，谢谢"
    assert twin.case.steps.last().details["with"] == journey.case.number
    assert twin.told() == ["open", "merge", "close"]
