"""The joint record of a site and its seal, tasks, ratings both ways."""

from datetime import timedelta

import pytest
from django.utils import timezone

from onegrid.cases.whistle import actions
from onegrid.cases.whistle.models import SiteRecord, WhistleRating
from onegrid.cases.whistle.offering import call_verbs
from onegrid.cases.whistle.queries import (
    open_tasks,
    whistle_story,
)
from onegrid.cases.whistle.rules import Role, WhistleState
from onegrid.cases.whistle.sealing import seal_holds
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.cases.whistle.people import (
    about,
    blown,
    bureau,
    done,
    here,
    officer,
    person,
    refuses,
)
from tests.streets import streets  # noqa: F401

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.django_db


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
