"""Whose limit a clock has, when it speaks, and what people read of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from onegrid.accounts.notices.models import Notice
from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog.actions import set_dispatch_rule
from onegrid.cases.catalog.models import RuleLimit, StageLimit
from onegrid.cases.catalog.queries import forget_editions, standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.actions import telling
from onegrid.cases.flow.api.shapes import whole
from onegrid.cases.flow.models import Assist, Case, Channel, StageClock
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.timing import reading_of, span
from onegrid.kit.facts.models import FactRow
from onegrid.kit.worktime import Unit
from onegrid.places.calendars.queries import working_calendar
from tests.cases.conftest import AT, BY, brought_to, reported, road

SOON = timedelta(minutes=1)


def running(case) -> StageClock:
    return StageClock.objects.get(case=case, stopped_at=None)


def facts(case) -> list[str]:
    found = FactRow.objects.filter(
        payload__case_id=case.pk, kind__in=["cases.CaseDueSoon", "cases.CaseOverdue"]
    )
    return [kind.removeprefix("cases.Case") for kind in found.order_by("id").values_list("kind", flat=True)]


# ---- whose limit
def limited(stage, **owner):
    """A limit of its own in the published catalogue, which only a test may write."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL onegrid.catalog_open = 'on'")
    told = {"limit": 7, "unit": "work_hour", "mark": "local_sample", "version": road().version}
    StageLimit.objects.create(stage=stage, **told, **owner)
    forget_editions()


def test_a_limit_comes_from_the_row_the_class_or_the_version(town):
    case = brought_to("filed", town.a)
    assert (running(case).limit_from, running(case).stage) == ("version", "dispatch")
    assert case.steps.last().details["limit_from"] == "version"
    sent = actions.dispatch_case(case_id=case.pk, by=town.a.staff["dispatcher"], at=AT)
    row = standards_of(road())[0]
    assert (running(sent).limit_from, running(sent).limit) == ("standard", row.limit)
    limited("check", case_class=road())
    limited("close", standard=row)
    try:
        done = actions.handle_case(
            case_id=case.pk, words="已补", by=town.a.staff["department_officer"], at=AT
        )
        clock = running(done)
        assert (clock.limit_from, clock.limit, clock.unit, clock.mark) == (
            "class",
            7,
            "work_hour",
            "local_sample",
        )
        assert done.steps.last().details["limit_from"] == "class"
        checked = actions.check_case(case_id=case.pk, by=town.a.staff["grid_worker"], at=AT)
        assert (running(checked).limit_from, running(checked).limit) == ("standard", 7)
    finally:
        forget_editions()


def ruled(town, **more):
    given = {"scheme": "gbt47678.5-2026", "kind": "event", "major_code": "06", "class_code": "06013"}
    return set_dispatch_rule(
        **given,
        org_kind=OrgKind.STREET_OFFICE,
        helpers=[town.a.firm, town.department],
        limits={"handle": (3, Unit.URGENT_HOUR), "check": (5, Unit.WORK_HOUR), "close": (2, Unit.WORK_HOUR)},
        by=BY,
        at=AT,
        **more,
    )


def test_a_rule_asks_its_helpers_and_sets_its_limits(town):
    ruled(town)
    sent = brought_to("dispatched", town.a)
    clock = running(sent)
    assert (clock.limit_from, clock.limit, clock.due_at) == ("rule", 3, AT + timedelta(hours=3))
    parts = Assist.objects.filter(case=sent).order_by("id")
    assert {(part.org, part.state, part.due_at) for part in parts} == {
        (town.a.firm, "asked", sent.due_at), (town.department, "asked", sent.due_at),
    }  # fmt: skip
    step = sent.steps.last()
    assert step.details["helpers"] == [part.org.name for part in parts]
    assert FactRow.objects.filter(kind="cases.HelpAsked", payload__case_id=sent.pk).count() == 2
    assert Notice.objects.filter(recipient=town.a.staff["property_clerk"], kind="case.help").count() == 1
    back = actions.return_case(case_id=sent.pk, reason="不属于", by=town.a.staff["department_officer"], at=AT)
    assert back.rule_limits is None and set(parts.values_list("state", flat=True)) == {"released"}
    other = actions.dispatch_case(
        case_id=sent.pk, unit_id=town.a.firm.pk, words="物业范围", by=town.a.staff["dispatcher"], at=AT
    )
    assert running(other).limit_from == "standard"  # the rule speaks for the unit that it names
    assert not Assist.objects.filter(case=sent, state="asked").exists()


def test_after_rework_the_rules_limit_holds_again(town):
    ruled(town)
    case = brought_to("handled", town.a)
    assert (running(case).limit_from, running(case).limit) == ("rule", 5)
    case = actions.rework_case(case_id=case.pk, reason="仍有坑", by=town.a.staff["grid_worker"], at=AT)
    assert (running(case).limit_from, running(case).limit) == ("rule", 3)


def test_a_rule_times_what_follows_the_dispatch_and_nothing_before(town):
    rule = ruled(town)
    RuleLimit.objects.create(rule=rule, stage="dispatch", limit=9, unit=Unit.WORK_HOUR)  # of an older list
    assert running(brought_to("reported", town.a)).limit_from == "version"
    assert running(brought_to("verified", town.a)).limit_from == "version"
    assert running(brought_to("filed", town.a)).limit_from == "version"
    checked = brought_to("checked", town.a)
    assert checked.rule_limits == {
        "handle": [3, "urgent_hour"],
        "check": [5, "work_hour"],
        "close": [2, "work_hour"],
    }
    assert (running(checked).stage, running(checked).limit_from, running(checked).limit) == (
        "close",
        "rule",
        2,
    )


def test_an_emergency_has_a_limit_of_its_own(town):
    case = actions.raise_alarm(
        case_id=reported(town.a).pk, reason="塌陷", by=town.a.staff["grid_worker"], at=AT
    )
    assert running(case).limit_from == "urgent"


# ---- when it speaks
def test_each_end_of_a_clock_is_said_once(town):
    case = brought_to("dispatched", town.a)
    clock, staff = running(case), town.a.staff
    assert case.approaching_at == clock.approaching_at == clock.tell_at < clock.due_at == case.due_at
    before = Notice.objects.count()
    assert actions.tell_of_clocks(at=clock.approaching_at - SOON) == 0
    assert actions.tell_of_clocks(at=clock.approaching_at) == 1
    assert actions.tell_of_clocks(at=clock.approaching_at + SOON) == 0
    assert facts(case) == ["DueSoon"]
    told = Notice.objects.filter(kind="case.due_soon")
    assert [notice.recipient for notice in told] == [staff["department_officer"]]
    assert Notice.objects.count() == before + 1
    assert actions.tell_of_clocks(at=clock.due_at) == 0  # due this moment is not over
    assert actions.tell_of_clocks(at=clock.due_at + SOON) == 1
    assert actions.tell_of_clocks(at=clock.due_at + timedelta(days=9)) == 0
    assert facts(case) == ["DueSoon", "Overdue"]
    late = Notice.objects.filter(kind="case.overdue")
    assert {notice.recipient for notice in late} == {
        staff["department_officer"], staff["shift_leader"], staff["leader"],
    }  # fmt: skip
    assert not any("路面" in notice.title + notice.body for notice in late)


def test_one_case_that_is_broken_does_not_silence_the_others(town, monkeypatch, caplog):
    broken, sound = brought_to("dispatched", town.a), brought_to("dispatched", town.a)
    tell = telling.tell_of_clock

    def told(*, case_id, **given):
        if case_id == broken.pk:
            raise RuntimeError("out of order")
        return tell(case_id=case_id, **given)

    monkeypatch.setattr(telling, "tell_of_clock", told)
    assert actions.tell_of_clocks(at=running(sound).due_at + SOON) == 1
    assert facts(sound) == ["Overdue"] and facts(broken) == []
    assert f"case {broken.pk}" in caplog.text


def test_an_extension_and_a_hold_give_a_new_end(town):
    case = brought_to("dispatched", town.a)
    first = running(case)
    actions.tell_of_clocks(at=first.approaching_at)
    staff, at = town.a.staff, first.approaching_at
    wish = actions.apply_for(
        case_id=case.pk, kind="extension", reason="等材料", by=staff["department_officer"], at=at
    )
    actions.decide_application(application_id=wish.pk, granted=True, by=staff["shift_leader"], at=at)
    longer, case = running(case), Case.objects.get(pk=case.pk)
    assert first.approaching_at < longer.approaching_at == longer.tell_at == case.approaching_at
    held_at = longer.approaching_at - SOON
    actions.put_hold(case_id=case.pk, kind="test", reason="等", by=BY, at=held_at)
    case.refresh_from_db()
    assert (case.due_at, case.approaching_at, case.clock_state) == (None, None, "paused")
    assert actions.tell_of_clocks(at=longer.due_at + SOON) == 0  # it stands still
    actions.lift_hold(case_id=case.pk, kind="test", by=BY, at=held_at + timedelta(days=30))
    again = running(case)
    assert again.approaching_at > longer.approaching_at and again.due_at > longer.due_at
    assert actions.tell_of_clocks(at=again.due_at + SOON) == 1  # nobody looked before: over is what counts
    assert facts(case) == ["DueSoon", "Overdue"]


def test_stopped_clocks_and_history_say_nothing(town):
    done = brought_to("closed", town.a)
    past = reported(town.a, grid=1)
    lon, lat = town.a.at(0)
    actions.open_case(channel=Channel.IMPORT, text="旧件", lon=lon, lat=lat, by=Resident(), at=AT)
    assert actions.tell_of_clocks(at=AT + timedelta(days=90)) == 1
    assert facts(past) == ["Overdue"] and facts(done) == []
    assert (done.due_at, done.approaching_at) == (None, None)


def test_a_run_that_is_cut_off_leaves_the_rest_to_the_next(town, monkeypatch):
    first, second = reported(town.a), reported(town.a, grid=1)
    late = AT + timedelta(days=9)
    say, count = telling.notify, iter(range(9))

    def cut(*given, **more):
        if next(count) == 1:
            raise SystemExit  # as a worker that is stopped: no handler of ours catches it
        say(*given, **more)

    monkeypatch.setattr(telling, "notify", cut)
    with pytest.raises(SystemExit):
        actions.tell_of_clocks(at=late)
    assert sorted([facts(first), facts(second)]) == [[], ["Overdue"]]
    monkeypatch.setattr(telling, "notify", say)
    actions.tell_of_clocks(at=late)
    assert facts(first) == facts(second) == ["Overdue"]


def test_the_job_walks_an_index(town):
    reported(town.a)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id, case_id FROM cases_stageclock WHERE stopped_at IS NULL AND held_at IS NULL"
            " AND tell_at <= now() ORDER BY tell_at LIMIT 200"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "clock_to_tell" in plan and "Sort" not in plan


# ---- what people read
def test_a_reading_counts_working_time(town):
    case = brought_to("dispatched", town.a)
    clock = running(case)
    with translation.override("en"):
        fresh = reading_of(clock, case.area_path, AT)
        over = reading_of(clock, case.area_path, clock.due_at + timedelta(days=400))
        assert fresh.state == "normal" and "left" in fresh.words
        assert over.state == "overdue" and over.words.startswith("overdue by")
    assert reading_of(clock, case.area_path, clock.approaching_at).state == "approaching"
    clock.held_at = clock.approaching_at + SOON
    held = reading_of(clock, case.area_path, clock.due_at + timedelta(days=400))
    assert held.state == "paused" and held.remaining > timedelta()
    weekend = AT + timedelta(days=1)  # a Saturday
    clock.held_at = None
    saturday = reading_of(clock, case.area_path, weekend).remaining
    assert saturday == reading_of(clock, case.area_path, weekend + timedelta(hours=9)).remaining


@pytest.mark.parametrize(
    ("unit", "minutes", "words"),
    [
        (Unit.WORK_DAY, 2 * 480 + 180, "2 working days 3 hours"),
        (Unit.WORK_HOUR, 90, "1 working hour 30 minutes"),
        (Unit.NATURAL_DAY, 1440, "1 day"),
        (Unit.URGENT_HOUR, 0, "0 minutes"),
        (Unit.URGENT_HOUR, 119, "1 hour 59 minutes"),
    ],
)
def test_spans_in_words(streets, unit, minutes, words):
    with translation.override("en"):
        assert span(timedelta(minutes=minutes), unit, working_calendar(AT)) == words


def test_pages_and_json_say_how_the_clock_stands(client, town):
    now = timezone.now()
    case = reported(town.a, at=now)
    client.force_login(town.a.staff["grid_worker"])
    page = client.get(f"/work/{case.number}/").content.decode()
    assert "剩余" in page
    story = case_story(number=case.number, viewer=town.a.staff["grid_worker"])
    shown = whole(story)
    assert shown["clock_state"] == shown["reading"]["state"] == "normal"
    assert shown["reading"]["remaining_minutes"] > 0 and shown["clocks"][0]["limit_from"] == "version"
    client.force_login(town.a.staff["shift_leader"])
    StageClock.objects.filter(case=case).update(started_at=now - timedelta(days=30))
    Case.objects.filter(pk=case.pk).update(due_at=now - timedelta(days=20))
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert "已超时" in page
