"""Blowing, answering, deciding, recording, rating: what is written, who is told, and every refusal writes nothing."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from onegrid.accounts.notices.models import ChannelMessage, Notice, Preference
from onegrid.accounts.orgs.actions import close_organisation
from onegrid.accounts.orgs.queries import closing
from onegrid.cases.flow.actions import handle_case, raise_alarm
from onegrid.cases.flow.models import Case, Hold, StageClock, Step
from onegrid.cases.flow.verifying import all_findings
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.codes import street_code
from onegrid.cases.whistle.kinds import active_kinds, shipped
from onegrid.cases.whistle.models import KindEdition, SiteRecord, Whistle, WhistleRating, WhistleStep
from onegrid.cases.whistle.offering import call_verbs
from onegrid.cases.whistle.queries import (
    blow_facts,
    blow_rates,
    open_tasks,
    waiting_for_me,
    whistle_story,
    whistles,
)
from onegrid.cases.whistle.rules import Band, CallState, Role, WhistleState
from onegrid.cases.whistle.sealing import seal_holds
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.cases.whistle.people import (
    about,
    blown,
    bureau,
    call_of,
    done,
    here,
    kinds_published,
    officer,
    person,
    rows,
    supervisor,
)
from tests.streets import streets  # noqa: F401

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def place(town):  # noqa: F811
    kinds_published()
    return town


def refuses(code, deed):
    """The deed is refused with the code, and nothing is written."""
    before = rows()
    with pytest.raises((Refused, NotAllowed, NotFound)) as refusal:
        deed()
    assert refusal.value.code == code
    assert rows() == before


def facts_of(whistle) -> list[str]:
    names = [row.kind.split(".")[-1] for row in FactRow.objects.order_by("pk")]
    return [name for name in names if not name.startswith("Notice")]


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


def test_a_called_department_is_not_abolished(place):
    unit = bureau(place)
    whistle = blown(place, kind="appeal", roles={unit.pk: Role.LEAD}, by=place.a.staff["dispatcher"])
    for _ in range(2):  # while it waits for approval, and while it runs
        with pytest.raises(Refused, match="still_needed"):
            close_organisation(organisation_id=unit.pk, by=BY, at=AT)
        if whistle.state == WhistleState.WAITING:
            whistle = actions.approve_whistle(whistle_id=whistle.pk, by=place.a.staff["leader"], at=AT)
    actions.withdraw_whistle(whistle_id=whistle.pk, reason="不需要了", by=place.a.staff["leader"], at=AT)
    assert closing(unit, AT).obstacles == []


def test_a_place_lies_in_the_street(place):
    (lon, lat), (east, north) = place.a.at(0), place.b.at(0)
    nowhere = float("nan")
    refuses("point_elsewhere", lambda: blown(place, lon=122.5, lat=30.5))  # in the sea
    refuses("point_elsewhere", lambda: blown(place, lon=east, lat=north))
    refuses("bad_position", lambda: blown(place, lon=nowhere, lat=lat))
    refuses("bad_position", lambda: blown(place, lon=lon, lat=900))
    assert blown(place, lon=lon, lat=lat).point.x == lon


def test_a_record_written_after_somebody_had_finished_is_sealed_all_the_same(place):
    """The first department goes; the street writes; the second signs and ends the whistle; the first signs then."""
    unit = bureau(place)
    both = {place.department.pk: Role.LEAD, unit.pk: Role.HELPER}
    whistle = blown(place, roles=both)
    first, second = about(whistle, unit), about(whistle, place.department)
    clerk, leader = person("bureau.officer", "department_officer", org=unit), place.a.staff["leader"]
    for given, who in ((first, clerk), (second, officer(place))):
        actions.report_in(arrival=here(place), **given, by=who, at=AT)
    actions.finish_call(result="窗口已办", **first, by=clerk, at=AT)
    actions.write_record(whistle_id=whistle.pk, findings="两处", by=leader, at=AT)
    actions.sign_record(**second, by=officer(place), at=AT)
    actions.finish_call(result="已清理", **second, by=officer(place), at=AT)
    whistle.refresh_from_db()
    assert whistle.state == WhistleState.FINISHED and whistle.record.sealed_at is None
    story = whistle_story(number=whistle.number, viewer=clerk)
    own = next(call for call in story.calls if call.organisation_id == unit.pk)
    assert call_verbs(story, own, clerk) == ["attest", "rate_whistle"]
    refuses("not_allowed", lambda: actions.sign_record(**first, by=officer(place), at=AT))
    record = actions.sign_record(**first, by=clerk, at=AT + HOUR)
    assert record.sealed_at == AT + HOUR and seal_holds(record)
    refuses("record_sealed", lambda: actions.sign_record(**first, by=clerk, at=AT))


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


def test_answering_refuses(place):
    whistle = blown(place)
    other = bureau(place)
    stranger = person("bureau.officer", "department_officer", org=other)
    given = about(whistle, place.department) | {"at": AT}
    refuses("not_found", lambda: actions.sign_call(by=stranger, **given))
    refuses("not_allowed", lambda: actions.sign_call(by=place.a.staff["leader"], **given))
    refuses("not_allowed", lambda: actions.sign_call(by=place.a.staff["grid_worker"], **given))
    by = {"by": officer(place)}
    refuses("not_found", lambda: actions.sign_call(**given | {"call_id": 0} | by))
    refuses("report_in_first", lambda: actions.finish_call(result="x", **given, **by))
    refuses("words_needed", lambda: actions.note_contact(words=" ", **given, **by))
    actions.sign_call(**given, **by)
    refuses("step_done", lambda: actions.sign_call(**given, **by))
    actions.note_contact(words="已与李主任通话，下午到场", **given, **by)


def test_reporting_in_shows_that_somebody_is_there(place):
    whistle = blown(place, lon=place.a.at(0)[0], lat=place.a.at(0)[1])
    given = about(whistle, place.department) | {"by": officer(place), "at": AT}
    for code, arrival in (
        ("remote_not_allowed", actions.Arrival(remote=True, words="电话答复")),
        ("proof_needed", here(place, photo=None)),
        ("bad_position", here(place, lon=500.0)),
        ("code_not_good", here(place, code="SH1.2:x")),
        ("code_not_good", here(place, code=street_code(whistle, AT - HOUR))),
        ("code_not_good", here(place, code=street_code(whistle, AT + HOUR))),
        ("code_not_good", here(place, code=street_code(blown(place), AT))),
        ("unsupported_media", here(place, photo=b"no picture")),
    ):
        if code == "unsupported_media":
            before = rows()
            with pytest.raises(Refused):
                actions.report_in(arrival=arrival, **given)
            assert rows() == before
        else:
            refuses(code, lambda arrival=arrival: actions.report_in(arrival=arrival, **given))
    lon, lat = place.a.at(0)
    call = actions.report_in(
        arrival=actions.Arrival(
            lon=lon + 0.001, lat=lat, code=street_code(whistle, AT - 5 * timedelta(minutes=1))
        ),
        **given,
    )
    assert call.by_code and call.photo is None and 80 < call.metres < 95
    assert call.sign_at == call.contact_at == call.report_in_at == AT  # who stands there has come


def test_from_afar_where_the_kind_allows_it(place):
    whistle = blown(place, kind="appeal")
    given = about(whistle, place.department) | {"by": officer(place), "at": AT}
    refuses("words_needed", lambda: actions.report_in(arrival=actions.Arrival(remote=True), **given))
    call = actions.report_in(arrival=actions.Arrival(remote=True, words="材料已齐，窗口代办"), **given)
    assert call.way == "remote" and call.point is None


def test_a_refusal_goes_to_the_district(place):
    whistle = blown(place)
    given = about(whistle, place.department) | {"at": AT}
    by, head = {"by": officer(place)}, supervisor(place)
    refuses("reason_needed", lambda: actions.refuse_call(reason="", **given, **by))
    call = actions.refuse_call(reason="不属我局职责", **given, **by)
    assert call.decide_due == AT + 6 * HOUR and call.tell_at == call.decide_due + timedelta.resolution
    assert Notice.objects.filter(recipient=head, title__contains=whistle.number).exists()
    assert [one.pk for one in whistles(viewer=head, which="refused")] == [whistle.pk]
    refuses("call_is_refused", lambda: actions.sign_call(**given, **by))
    refuses("call_is_refused", lambda: actions.refuse_call(reason="x", **given, **by))
    decide = given | {"at": AT + HOUR}
    for who in (place.a.staff["leader"], officer(place), place.a.staff["dispatcher"]):
        refuses(
            "not_allowed", lambda who=who: actions.decide_refusal(upheld=True, words="x", by=who, **decide)
        )
    own = person(
        "a.supervisor", "district_supervisor", area=place.a.area
    )  # wrongly granted for the street itself
    refuses("not_allowed", lambda: actions.decide_refusal(upheld=True, words="x", by=own, **decide))
    refuses("reason_needed", lambda: actions.decide_refusal(upheld=True, words="", by=head, **decide))
    call = actions.decide_refusal(upheld=True, words="条例第十一条，应当到场", by=head, **decide)
    assert call.state == CallState.CALLED and call.sign_due == AT + 2 * HOUR  # its clocks begin anew
    refuses("not_refused", lambda: actions.decide_refusal(upheld=True, words="x", by=head, **decide))
    refuses("refused_before", lambda: actions.refuse_call(reason="x", **given, **by))
    actions.report_in(arrival=here(place), **given, **by)
    refuses("too_late_to_refuse", lambda: actions.refuse_call(reason="x", **given, **by))


def test_excused_another_department_is_called(place):
    whistle = blown(place, roles={place.department.pk: Role.LEAD, place.a.office.pk: Role.HELPER})
    given = about(whistle, place.department) | {"at": AT}
    actions.refuse_call(reason="属人社局职责", by=officer(place), **given)
    head, other = supervisor(place), bureau(place)
    decide = given | {"upheld": False, "words": "改由人社局牵头", "by": head}
    refuses("instead_needed", lambda: actions.decide_refusal(**decide))
    refuses("unit_not_here", lambda: actions.decide_refusal(instead_id=place.b.office.pk, **decide))
    actions.decide_refusal(instead_id=other.pk, **decide)
    new = call_of(whistle, other)
    assert (new.role, new.state) == (Role.LEAD, CallState.CALLED) and new.sign_due == AT + HOUR
    assert call_of(whistle, place.department).state == CallState.EXCUSED
    helper = about(whistle, place.a.office) | {"at": AT}
    actions.refuse_call(reason="已无事可做", by=place.a.staff["department_officer"], **helper)
    actions.decide_refusal(upheld=False, words="同意", by=head, **helper)  # a helper may simply go
    officer_of_bureau = person("bureau.officer", "department_officer", org=other)
    mine = about(whistle, other) | {"by": officer_of_bureau, "at": AT}
    assert waiting_for_me(viewer=officer_of_bureau) == 1
    actions.report_in(arrival=here(place), **mine)
    actions.finish_call(result="办好", **mine)
    whistle.refresh_from_db()
    assert whistle.state == WhistleState.FINISHED and waiting_for_me(viewer=officer_of_bureau) == 0


def test_silence_is_spoken_of_once_a_limit(place):
    whistle = blown(place)
    head = supervisor(place)
    assert actions.tell_of_silence(at=AT + HOUR) == 0  # at its very end it is not over
    late = AT + HOUR + timedelta(seconds=1)
    assert actions.tell_of_silence(at=late) == 1 and actions.tell_of_silence(at=late) == 0
    for who in (head, officer(place), place.a.staff["leader"]):
        assert Notice.objects.filter(recipient=who, kind="whistle.overdue").count() == 1
    assert "WhistleEscalated" in facts_of(whistle)
    actions.sign_call(**about(whistle, place.department), by=officer(place), at=late)
    assert actions.tell_of_silence(at=AT + 7 * HOUR) == 1  # now contacting is late
    assert call_of(whistle, place.department).escalated == 2


def test_a_refusal_that_nobody_decides_is_silence_too(place):
    whistle = blown(place)
    actions.refuse_call(reason="x", **about(whistle, place.department), by=officer(place), at=AT)
    head = supervisor(place)
    assert actions.tell_of_silence(at=AT + 7 * HOUR) == 1
    assert Notice.objects.filter(recipient=head, kind="whistle.overdue").exists()


def test_an_emergency_at_two_in_the_morning_passes_quiet_hours(place):
    night = AT.replace(hour=18)  # 02:00 in Shanghai
    who = officer(place)
    Preference.objects.create(
        user=who,
        channels=["demo"],
        quiet_from=night.time().replace(hour=22),
        quiet_to=night.time().replace(hour=7),
    )
    blown(place, kind="emergency", at=night)
    blown(place, kind="joint", at=night)
    urgent, waits = ChannelMessage.objects.filter(notice__recipient=who).order_by("pk")
    assert urgent.not_before == night and urgent.notice.urgent
    assert timezone.localtime(waits.not_before).hour == 7


def test_the_joint_record_stands_once_all_who_came_have_signed(place):
    office = place.a.office
    whistle = blown(place, roles={place.department.pk: Role.LEAD, office.pk: Role.HELPER})
    leader, aide = place.a.staff["leader"], place.a.staff["department_officer"]
    lead, helper = about(whistle, place.department), about(whistle, office)
    task = actions.Task("清运建筑垃圾", place.department.pk, timezone.localdate(AT) + DAY)
    write = {"whistle_id": whistle.pk, "findings": "堆物两处，约 5 立方米", "by": leader, "at": AT}
    refuses("nobody_there", lambda: actions.write_record(**write))
    actions.report_in(arrival=here(place), **lead, by=officer(place), at=AT)
    actions.report_in(arrival=here(place), **helper, by=aide, at=AT)
    refuses("no_record", lambda: actions.sign_record(**lead, by=officer(place), at=AT))
    refuses("not_allowed", lambda: actions.write_record(**write | {"by": officer(place)}))
    refuses("words_needed", lambda: actions.write_record(**write | {"findings": ""}))
    strange = actions.Task("x", place.b.office.pk, task.due_on)
    refuses("task_not_theirs", lambda: actions.write_record(tasks=[strange], **write))
    past = actions.Task("x", office.pk, task.due_on - 2 * DAY)
    refuses("task_in_the_past", lambda: actions.write_record(tasks=[past], **write))
    refuses("too_many_tasks", lambda: actions.write_record(tasks=[task] * 21, **write))
    record = actions.write_record(tasks=[task], **write)
    refuses("record_not_signed", lambda: actions.finish_call(result="x", **lead, by=officer(place), at=AT))
    actions.sign_record(**lead, by=officer(place), at=AT)
    actions.write_record(tasks=[task], **write)  # written anew, signed anew
    actions.sign_record(**lead, by=officer(place), at=AT)
    refuses("signed_already", lambda: actions.sign_record(**lead, by=officer(place), at=AT))
    finish = {"whistle_id": whistle.pk, "task_id": record.tasks.get().pk, "words": "已清运", "at": AT + DAY}
    refuses("record_not_sealed", lambda: actions.finish_task(by=officer(place), **finish))
    record = actions.sign_record(**helper, by=aide, at=AT)
    assert record.sealed_at == AT and seal_holds(record)
    refuses("record_sealed", lambda: actions.write_record(**write))
    refuses("record_sealed", lambda: actions.sign_record(**helper, by=aide, at=AT))
    SiteRecord.objects.update(findings="没有堆物")
    assert not seal_holds(SiteRecord.objects.get())
    SiteRecord.objects.update(findings=write["findings"])
    # the task goes on after the whistle has ended
    for given, who in ((lead, officer(place)), (helper, aide)):
        actions.finish_call(result="好", **given, by=who, at=AT)
    assert [one.pk for one in open_tasks(viewer=officer(place), at=AT)] == [finish["task_id"]]
    assert actions.tell_of_silence(at=AT + 2 * DAY) == 1 and actions.tell_of_silence(at=AT + 2 * DAY) == 0
    refuses("not_allowed", lambda: actions.finish_task(by=aide, **finish))
    refuses("words_needed", lambda: actions.finish_task(by=officer(place), **finish | {"words": ""}))
    actions.finish_task(by=officer(place), **finish)
    refuses("task_done", lambda: actions.finish_task(by=officer(place), **finish))
    assert seal_holds(SiteRecord.objects.get()) and open_tasks(viewer=officer(place), at=AT) == []


def test_both_sides_rate_once(place):
    whistle = blown(place)
    given = about(whistle, place.department) | {"at": AT}
    street = given | {"of_department": True, "by": place.a.staff["leader"]}
    refuses("not_finished", lambda: actions.rate_whistle(stars=5, words="", **street))
    done(place, whistle)
    refuses("reason_needed", lambda: actions.rate_whistle(stars=2, words=" ", **street))
    refuses("bad_stars", lambda: actions.rate_whistle(stars=9, words="", **street))
    refuses("not_allowed", lambda: actions.rate_whistle(stars=5, words="", **street | {"by": officer(place)}))
    own = {"of_department": False}
    refuses("not_allowed", lambda: actions.rate_whistle(stars=5, words="", **street | own))
    refuses(
        "not_found",
        lambda: actions.rate_whistle(stars=5, words="", **street | {"by": place.b.staff["leader"]}),
    )
    actions.rate_whistle(stars=2, words="迟到一小时", **street)
    refuses("rated_already", lambda: actions.rate_whistle(stars=5, words="", **street))
    actions.rate_whistle(stars=4, words="", **given, of_department=False, by=officer(place))
    assert sorted(WhistleRating.objects.values_list("of_department", "stars")) == [(False, 4), (True, 2)]


def test_who_sees_which_whistle(place):
    mine = blown(place)
    theirs = blown(
        place, area_id=place.b.grids[0].pk, by=place.b.staff["leader"], roles={place.b.office.pk: Role.LEAD}
    )
    a, b = place.a.staff, place.b.staff
    for who, seen in (
        (a["leader"], {mine.pk}), (a["dispatcher"], {mine.pk}), (b["leader"], {theirs.pk}),
        (officer(place), {mine.pk}), (b["department_officer"], {theirs.pk}), (a["department_officer"], set()),
        (supervisor(place), {mine.pk, theirs.pk}),
    ):  # fmt: skip
        assert {one.pk for one in whistles(viewer=who)} == seen
    with pytest.raises(NotAllowed):
        whistles(viewer=a["grid_worker"])
    with pytest.raises(NotFound):
        whistle_story(number=mine.number, viewer=b["leader"])
    assert whistle_story(number=mine.number, viewer=officer(place)).whistle == mine


def test_a_department_learns_the_number_of_a_case_not_the_case(place):
    case = brought_to("reported", place.a, contact_name="王奶奶", contact_phone="000-1234-5678")
    whistle = blown(place, cases=[case])
    story = whistle_story(number=whistle.number, viewer=officer(place))
    assert [one.number for one in story.cases] == [case.number] and story.seen_cases == set()
    assert whistle_story(number=whistle.number, viewer=place.a.staff["leader"]).seen_cases == {case.pk}


def test_facts_before_blowing(place):
    leader = place.a.staff["leader"]
    done(place, blown(place))
    Whistle.objects.get()
    actions.rate_whistle(
        **about(Whistle.objects.get(), place.department),
        of_department=True,
        stars=1,
        words="未到",
        by=leader,
        at=AT,
    )
    near, case = brought_to("closed", place.a), brought_to("dispatched", place.a)
    found = blow_facts(area_id=None, case_numbers=[case.number], viewer=leader, at=AT)
    assert found.near == [near] and found.cases == [case]
    assert found.people[0].name == place.a.staff["grid_worker"].display_name
    assert found.unit == place.a.office and found.own_unit and found.why
    assert found.alike[0].stars == 1 and found.advice == ["own_unit_can", "alike_went_badly"]
    blown(place, cases=[case])
    assert (
        blow_facts(area_id=None, case_numbers=[case.number], viewer=leader, at=AT).advice[0] == "runs_already"
    )
    for viewer, error in ((place.b.staff["leader"], NotFound), (officer(place), (NotAllowed, NotFound))):
        with pytest.raises(error):
            blow_facts(area_id=place.a.grids[0].pk, case_numbers=[], viewer=viewer, at=AT)


def test_the_blow_rate_looks_both_ways(place, django_assert_max_num_queries):
    blown(place)
    brought_to("reported", place.a)
    brought_to("reported", place.a, at=AT - 3 * DAY)  # read in later than it was opened
    with django_assert_max_num_queries(8):
        band, found = blow_rates(viewer=supervisor(place), at=AT + HOUR)
    assert band.mark == "unverified" and band.days == 90
    assert [(one.street, one.whistles, one.cases, one.band) for one in found] == [
        (place.a.area, 1, 2, Band.FEW), (place.b.area, 0, 0, Band.FEW),
    ]  # fmt: skip
    assert [one.rate for one in found] == [500, None]
    assert [one.street for one in blow_rates(viewer=place.a.staff["leader"], at=AT)[1]] == [place.a.area]


def test_editions_of_kinds(place):
    assert KindEdition.objects.count() == 1 and len(active_kinds()) == 4
    assert kinds_published() == KindEdition.objects.get()  # the shipped list again changes nothing
    content = shipped()
    content["kinds"][2]["limits"]["sign"]["limit"] = "3"
    whistle = blown(place)
    draft = actions.draft_kinds(content=content, by=BY, at=AT)
    assert blown(place).kind == whistle.kind  # a draft is not in force
    refuses(
        "not_allowed", lambda: actions.publish_kinds(edition_id=draft.pk, by=place.a.staff["leader"], at=AT)
    )
    actions.publish_kinds(edition_id=draft.pk, by=BY, at=AT)
    refuses("published_already", lambda: actions.publish_kinds(edition_id=draft.pk, by=BY, at=AT))
    assert call_of(blown(place), place.department).sign_due == AT + 3 * HOUR
    assert call_of(whistle, place.department).sign_due == AT + HOUR
    content["kinds"][0]["field"] = "party"
    refuses("bad_kinds", lambda: actions.draft_kinds(content=content, by=BY, at=AT))
    assert kinds_published().pk == draft.pk  # ours does not push the city's aside
    assert Case.objects.count() == 0 and photo()
