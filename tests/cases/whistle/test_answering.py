"""Departments: signing, reporting in, refusing, silence; who is told, and every refusal writes nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onegrid.accounts.notices.models import ChannelMessage, Notice, Preference
from onegrid.accounts.orgs.actions import close_organisation
from onegrid.accounts.orgs.queries import closing
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.codes import street_code
from onegrid.cases.whistle.queries import (
    waiting_for_me,
    whistles,
)
from onegrid.cases.whistle.rules import CallState, Role, WhistleState
from onegrid.kit.errors import Refused
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.cases.whistle.people import (
    about,
    blown,
    bureau,
    call_of,
    facts_of,
    here,
    officer,
    person,
    refuses,
    rows,
    supervisor,
)
from tests.streets import streets  # noqa: F401

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


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
