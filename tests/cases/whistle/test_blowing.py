"""Blowing, approving, withdrawing: what is written, what waits meanwhile, and every refusal writes nothing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from onegrid.accounts.notices.models import Notice
from onegrid.cases.flow.actions import handle_case, raise_alarm
from onegrid.cases.flow.models import Hold, StageClock, Step
from onegrid.cases.flow.verifying import all_findings
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.kinds import shipped
from onegrid.cases.whistle.models import Whistle, WhistleStep
from onegrid.cases.whistle.queries import (
    whistle_story,
    whistles,
)
from onegrid.cases.whistle.rules import Role, WhistleState
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.cases.whistle.people import (
    about,
    blown,
    call_of,
    done,
    facts_of,
    officer,
    person,
    refuses,
)
from tests.streets import streets  # noqa: F401

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_a_case_waits_while_its_whistle_runs_and_its_clock_is_not_lost(place):
    case = brought_to("dispatched", place.a)
    clock = StageClock.objects.get(case=case, stopped_at=None)
    left = clock.due_at
    whistle = blown(place, cases=[case], at=AT + HOUR)
    case.refresh_from_db()
    assert whistle.state == WhistleState.RUNNING and whistle.number.startswith("SH20261120-")
    assert case.holds_open == 1 and case.due_at is None
    assert Hold.objects.get(case=case).kind == "whistle"
    assert Notice.objects.filter(recipient=officer(place), title__contains=whistle.number).exists()
    done(place, whistle, AT + 3 * HOUR)
    case.refresh_from_db()
    clock.refresh_from_db()
    assert whistle.state == WhistleState.FINISHED and case.holds_open == 0
    assert clock.due_at > left and case.due_at == clock.due_at
    # two working hours stood still, whatever of them is working time (Friday 11:00 to 13:00)
    assert clock.paused == [[(AT + HOUR).isoformat(), (AT + 3 * HOUR).isoformat()]]
    notes = list(Step.objects.filter(case=case, verb="note").values_list("words", flat=True))
    assert len(notes) == 4 and all(whistle.number in note for note in notes)  # signed, in, finished, all
    assert [step.deed for step in WhistleStep.objects.order_by("position")] == [
        "blow", "sign", "report_in", "finish", "end",
    ]  # fmt: skip
    told = facts_of(whistle)
    wanted = ["WhistleBlown", "WhistleSigned", "ReportedIn", "DepartmentFinished", "WhistleFinished"]
    assert [name for name in told if name in wanted] == wanted


def test_the_timeline_of_a_whistle_stands(place):
    blown(place)
    with pytest.raises(DatabaseError), transaction.atomic():
        WhistleStep.objects.update(words="anders")


def test_limits_count_from_the_call_in_their_own_units(place):
    call = call_of(blown(place), place.department)
    assert call.sign_due == AT + HOUR  # one hour of the clock, local sample
    assert call.contact_due == AT + 6 * HOUR  # four working hours from Friday 10:00: two, lunch, two
    assert timezone.localtime(call.report_in_due).strftime("%a %H:%M") == "Mon 10:00"
    assert call.tell_at == call.sign_due + timedelta.resolution


def test_blowing_refuses(place):
    a, b = place.a, place.b
    closed, other, mine = brought_to("closed", a), brought_to("dispatched", b), brought_to("dispatched", a)
    leader, dispatcher = a.staff["leader"], a.staff["dispatcher"]
    office = {a.office.pk: Role.LEAD}
    for code, more in (
        ("not_allowed", {"by": officer(place)}),
        ("not_allowed", {"by": a.staff["grid_worker"]}),
        ("not_found", {"by": b.staff["leader"]}),
        ("not_found", {"cases": [other]}),
        ("case_is_final", {"cases": [closed]}),
        ("no_area", {"area_id": 0}),
        ("no_such_kind", {"kind": "hard_problem"}),  # a local sample that is not active
        ("whistle_incomplete", {"words": "  "}),
        ("whistle_incomplete", {"roles": {}}),
        ("whistle_incomplete", {"words": "长" * 2001}),
        ("unit_not_here", {"roles": {b.office.pk: Role.LEAD}}),
        ("bad_idempotency_key", {"key": ""}),
    ):
        refuses(code, lambda more=more: blown(place, **more))
    refuses("no_street", lambda: blown(place, area_id=place.district.pk, by=supervisor_who_blows(place)))
    blown(place, cases=[mine])
    refuses("held_already", lambda: blown(place, cases=[mine], roles=office, by=dispatcher))
    assert leader.scope("whistles.approve").reaches


def supervisor_who_blows(town):  # noqa: F811
    return person("district.leader", "leader", area=town.district)


def test_the_same_key_is_the_same_whistle(place):
    assert blown(place, key="k") == blown(place, key="k", words="anders")
    assert Whistle.objects.count() == 1


def test_without_an_edition_nothing_is_blown(town):  # noqa: F811
    refuses("no_such_kind", lambda: blown(town))


def test_the_principal_approves_or_declines(place):
    case = brought_to("dispatched", place.a)
    leader, dispatcher = place.a.staff["leader"], place.a.staff["dispatcher"]
    first = blown(place, kind="appeal", by=dispatcher, cases=[case])
    case.refresh_from_db()
    assert first.state == WhistleState.WAITING and case.holds_open == 0
    assert Notice.objects.filter(recipient=leader, title__contains=first.number).exists()
    assert not Notice.objects.filter(recipient=officer(place), title__contains=first.number).exists()
    assert whistles(viewer=officer(place)) == []  # not called yet
    refuses("not_allowed", lambda: actions.approve_whistle(whistle_id=first.pk, by=dispatcher, at=AT))
    refuses(
        "not_found",
        lambda: actions.approve_whistle(whistle_id=first.pk, by=place.b.staff["leader"], at=AT),
    )
    refuses(
        "not_found", lambda: actions.sign_call(**about(first, place.department), by=officer(place), at=AT)
    )
    second = blown(place, kind="appeal", by=dispatcher)
    refuses(
        "reason_needed",
        lambda: actions.decline_whistle(whistle_id=second.pk, reason=" ", by=leader, at=AT),
    )
    actions.decline_whistle(whistle_id=second.pk, reason="街道自己能办", by=leader, at=AT)
    refuses("not_waiting", lambda: actions.approve_whistle(whistle_id=second.pk, by=leader, at=AT))
    actions.approve_whistle(whistle_id=first.pk, by=leader, at=AT + HOUR)
    call = call_of(first, place.department)
    case.refresh_from_db()
    assert call.called_at == AT + HOUR and case.holds_open == 1
    assert [one.pk for one in whistles(viewer=officer(place))] == [first.pk]
    assert Notice.objects.filter(recipient=officer(place), title__contains=first.number).exists()


def test_an_emergency_runs_on_while_its_whistle_runs(place):
    """A whistle holds no emergency's clock, and an emergency that is declared meanwhile ends its hold."""
    staff = place.a.staff
    loud, quiet = brought_to("dispatched", place.a), brought_to("dispatched", place.a)
    raise_alarm(case_id=loud.pk, reason="燃气泄漏", by=staff["grid_worker"], at=AT)
    whistle = blown(place, kind="emergency", cases=[loud, quiet], at=AT)
    for case in (loud, quiet):
        case.refresh_from_db()
    assert (loud.holds_open, quiet.holds_open) == (0, 1) and loud.due_at is not None
    handle_case(case_id=loud.pk, words="已关阀", by=staff["department_officer"], at=AT + HOUR)
    refuses(
        "case_is_held",
        lambda: handle_case(case_id=quiet.pk, words="已修", by=staff["department_officer"], at=AT + HOUR),
    )
    raise_alarm(case_id=quiet.pk, reason="也漏气", by=staff["grid_worker"], at=AT + HOUR)
    handle_case(case_id=quiet.pk, words="已关阀", by=staff["department_officer"], at=AT + HOUR)
    done(place, whistle, AT + 2 * HOUR)
    for case in (loud, quiet):
        case.refresh_from_db()
        told = Step.objects.filter(case=case, verb="note", words__contains=whistle.number)
        assert (case.state, case.holds_open, case.urgent) == ("handled", 0, True)
        assert told.count() >= 4  # signed, in, finished, all
    assert StageClock.objects.filter(case=quiet, held_at__isnull=False).count() == 0
    assert Hold.objects.filter(lifted_at=None).count() == 0
    assert not list(all_findings(lambda *_: None))


def test_a_second_whistle_for_an_emergency_is_refused(place):
    case = brought_to("dispatched", place.a)
    raise_alarm(case_id=case.pk, reason="燃气泄漏", by=place.a.staff["grid_worker"], at=AT)
    first = blown(place, kind="emergency", cases=[case])
    refuses("held_already", lambda: blown(place, kind="emergency", cases=[case]))
    done(place, first)
    assert blown(place, kind="emergency", cases=[case]).state == WhistleState.RUNNING


def test_what_became_an_emergency_before_the_approval_is_not_held(place):
    case = brought_to("dispatched", place.a)
    staff = place.a.staff
    whistle = blown(place, kind="appeal", by=staff["dispatcher"], cases=[case])
    raise_alarm(case_id=case.pk, reason="塌陷", by=staff["grid_worker"], at=AT)
    actions.approve_whistle(whistle_id=whistle.pk, by=staff["leader"], at=AT)
    case.refresh_from_db()
    assert case.holds_open == 0 and case.due_at is not None


def test_a_place_lies_in_the_street(place):
    (lon, lat), (east, north) = place.a.at(0), place.b.at(0)
    nowhere = float("nan")
    refuses("point_elsewhere", lambda: blown(place, lon=122.5, lat=30.5))  # in the sea
    refuses("point_elsewhere", lambda: blown(place, lon=east, lat=north))
    refuses("bad_position", lambda: blown(place, lon=nowhere, lat=lat))
    refuses("bad_position", lambda: blown(place, lon=lon, lat=900))
    assert blown(place, lon=lon, lat=lat).point.x == lon


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "🚨🔥 起火", "a‮b", "𠮷野家"])
def test_words_are_kept_as_they_were_said(place, words):
    whistle = blown(place, words=words)
    story = whistle_story(number=whistle.number, viewer=officer(place))
    assert story.whistle.words == words and story.steps[0].words == words


def test_only_the_principal_blows_some_kinds(place):
    content = shipped()
    content["kinds"][5]["active"] = True
    actions.load_kinds(by=BY, at=AT, content=content)
    refuses("principal_only", lambda: blown(place, kind="hard_problem", by=place.a.staff["dispatcher"]))
    assert blown(place, kind="hard_problem").state == WhistleState.RUNNING


def test_withdrawn_the_case_goes_on(place):
    case = brought_to("dispatched", place.a)
    whistle = blown(place, cases=[case])
    leader = place.a.staff["leader"]
    given = {"whistle_id": whistle.pk, "at": AT + HOUR}
    refuses("reason_needed", lambda: actions.withdraw_whistle(reason="", by=leader, **given))
    refuses("not_allowed", lambda: actions.withdraw_whistle(reason="x", by=officer(place), **given))
    actions.withdraw_whistle(reason="已自行解决", by=leader, **given)
    case.refresh_from_db()
    assert case.holds_open == 0 and case.due_at is not None
    refuses("whistle_is_over", lambda: actions.withdraw_whistle(reason="x", by=leader, **given))
    refuses(
        "whistle_is_over",
        lambda: actions.sign_call(**about(whistle, place.department), by=officer(place), at=AT),
    )
    assert actions.tell_of_silence(at=AT + 9 * DAY) == 0
