"""Every verb that may be done by JSON: one line each. `verbs.py` makes an address of every line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field

from onegrid.cases.flow import actions
from onegrid.cases.flow.api.bodies import Body, RowId, Words
from onegrid.cases.flow.models import Application, VerbChoices
from onegrid.cases.flow.queries import Story, case_story
from onegrid.cases.flow.rules import NOTE_MAX, Verb
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound, Refused


class Note(Body):
    """Words for whoever comes next; at closing they are the answer to the reporter."""

    words: Words = Field("", max_length=NOTE_MAX)


class Done(Body):
    """What was done. The reporter reads it."""

    words: Words = Field(max_length=NOTE_MAX)


class Reason(Body):
    reason: Words = Field(max_length=NOTE_MAX)


class Verified(Note):
    """`found` false: there is nothing there. `level`: who leads it from here."""

    found: bool = True
    level: Literal["community", "street"] = "street"


class Filed(Note):
    """`standard_id`: which condition of the class is met; needed where the class has any."""

    class_id: RowId
    standard_id: RowId | None = None


class Dispatched(Note):
    """Without `unit_id`: the unit that the dispatch list names. Another one needs a reason in `words`."""

    unit_id: RowId | None = None


class DutyNamed(Reason):
    """`unit_id`: the unit whose duty it is from now on."""

    unit_id: RowId


class Help(Body):
    """What another unit is asked to do, and until when."""

    unit_id: RowId
    task: Words = Field(max_length=500)
    due_at: AwareDatetime | None = None


class Wish(Reason):
    """`until`: of a suspension; `clock_id`: the overdue clock of an appeal."""

    kind: Literal["extension", "suspension", "appeal"]
    until: AwareDatetime | None = None
    clock_id: RowId | None = None


class Decided(Note):
    """Yes or no to one application of the case (`applications` of the case). A written approval needs its words."""

    application_id: RowId
    granted: bool


class Mine(Body):
    """An application of one's own that nobody has decided."""

    application_id: RowId


class Held(Reason):
    """`until`: needed; the hold ends by itself then. All holds of a case by hand last some days together."""

    until: AwareDatetime | None = None


class Ended(Body):
    """Which hold ends (`holds` of the case): one put by hand, or a suspension before its time."""

    kind: Literal["by_hand", "suspended"] = "by_hand"
    reason: Words = Field("", max_length=NOTE_MAX)


class Into(Reason):
    """`into`: the number of the case that carries this one on."""

    into: Words = Field(max_length=40)


class Offered(Reason):
    """`org_id`: the centre of another street or district."""

    org_id: RowId


class Awarded(Reason):
    """`moves`: the other centre has it from now on; else it stays."""

    moves: bool


class Other(Reason):
    """`other`: the number of the other case."""

    other: Words = Field(max_length=40)


def _decide(*, case_id: int, application_id: int, seen_version: int | None, **given: Any) -> Any:
    """审批: yes or no to an application. The first extension is the shift leader's; a further one and a suspension
    are approved in writing; an appeal needs two people."""
    _of_case(application_id, case_id)
    return actions.decide_application(application_id=application_id, **given)


def _take_back(*, case_id: int, application_id: int, seen_version: int | None, **given: Any) -> Any:
    """撤回申请: an application of one's own, while nobody has decided."""
    _of_case(application_id, case_id)
    return actions.take_back_application(application_id=application_id, **given)


def _of_case(application_id: int, case_id: int) -> None:
    if not Application.objects.filter(pk=application_id, case=case_id).exists():
        raise Refused("no_such_application", _("This case has no such application."))


def _by_number(act: Callable[..., Any], word: str) -> Callable[..., Any]:
    """The other case comes as its number, and has to be in the caller's sight."""

    def done(*, by: Actor, **given: Any) -> Any:
        number = given.pop(word)
        try:
            other = case_story(number=number, viewer=by).case
        except NotFound:
            raise Refused("no_such_case", _("There is no case with this number here.")) from None
        return act(**given, **{f"{word}_id": other.pk}, by=by)

    done.__doc__ = act.__doc__
    return done


@dataclass(frozen=True)
class Deed:
    """One verb: the action behind it, what is sent, whether photos may come along, an example that works."""

    act: Callable[..., Any]
    body: type[Body]
    photos: bool
    example: dict[str, Any]


UNTIL = "2026-12-05T18:00:00+08:00"
DEEDS: dict[Verb, Deed] = {
    Verb.VERIFY: Deed(actions.verify_case, Verified, True, {"found": True, "words": "现场属实"}),
    Verb.SETTLE: Deed(actions.settle_case, Done, True, {"words": "已当场清理"}),
    Verb.FILE: Deed(actions.file_case, Filed, False, {"class_id": 13, "standard_id": 2}),
    Verb.DISPATCH: Deed(actions.dispatch_case, Dispatched, False, {"words": ""}),
    Verb.HANDLE: Deed(actions.handle_case, Done, True, {"words": "路面已修补"}),
    Verb.RETURN: Deed(actions.return_case, Reason, False, {"reason": "不属于本单位职责"}),
    Verb.CHECK: Deed(actions.check_case, Note, True, {"words": "修补平整"}),
    Verb.REWORK: Deed(actions.rework_case, Reason, True, {"reason": "坑洼仍在"}),
    Verb.CLOSE: Deed(actions.close_case, Note, False, {"words": "感谢反映，已修好"}),
    Verb.CANCEL: Deed(actions.cancel_case, Reason, False, {"reason": "不符合立案条件"}),
    Verb.ESCALATE: Deed(actions.escalate_case, Reason, False, {"reason": "超出街道权限"}),
    Verb.HAND_DOWN: Deed(actions.hand_down_case, Reason, False, {"reason": "社区可以办理"}),
    Verb.RAISE_ALARM: Deed(actions.raise_alarm, Reason, False, {"reason": "燃气泄漏"}),
    Verb.REOPEN: Deed(actions.reopen_case, Reason, False, {"reason": "问题再次出现"}),
    Verb.OBJECT: Deed(actions.object_to_duty, Reason, False, {"reason": "属于水务部门"}),
    Verb.ARBITRATE: Deed(actions.arbitrate_case, DutyNamed, False, {"unit_id": 7, "reason": "按三定方案"}),
    Verb.ASK_HELP: Deed(actions.ask_help, Help, False, {"unit_id": 7, "task": "围挡警戒"}),
    Verb.GIVE_HELP: Deed(actions.give_help, Done, False, {"words": "已围挡"}),
    Verb.PRESS: Deed(actions.press_case, Reason, False, {"reason": "请今日答复"}),
    Verb.NOTE: Deed(actions.note_case, Done, False, {"words": "已电话联系物业"}),
    Verb.APPLY: Deed(actions.apply_for, Wish, False, {"kind": "extension", "reason": "等待配件"}),
    Verb.DECIDE: Deed(_decide, Decided, False, {"application_id": 3, "granted": True, "words": "同意"}),
    Verb.TAKE_BACK: Deed(_take_back, Mine, False, {"application_id": 3}),
    Verb.RECALL: Deed(actions.recall_case, Note, False, {"words": "派错了"}),
    Verb.HOLD: Deed(actions.put_hold, Held, False, {"reason": "等待权属确认", "until": UNTIL}),
    Verb.RESUME: Deed(actions.lift_hold, Ended, False, {"kind": "by_hand"}),
    Verb.MERGE: Deed(
        _by_number(actions.merge_case, "into"),
        Into,
        False,
        {"into": "YW20261126-00000018", "reason": "同一处"},
    ),
    Verb.OFFER: Deed(actions.offer_case, Offered, False, {"org_id": 7, "reason": "地点在邻街道"}),
    Verb.CALL_OFF: Deed(actions.call_off_offer, Reason, False, {"reason": "核对后属本街道"}),
    Verb.TAKE_OVER: Deed(actions.take_over_case, Note, False, {"words": "属我街道，已接收"}),
    Verb.DECLINE: Deed(actions.decline_offer, Reason, False, {"reason": "不在我街道范围"}),
    Verb.AWARD: Deed(actions.award_case, Awarded, False, {"moves": True, "reason": "以道路中线为界"}),
    Verb.UNMERGE: Deed(actions.unmerge_case, Reason, False, {"reason": "不是同一处"}),
    Verb.LINK: Deed(
        _by_number(actions.link_case, "other"),
        Other,
        False,
        {"other": "YW20261126-00000018", "reason": "同一工地"},
    ),
    Verb.UNLINK: Deed(
        _by_number(actions.unlink_case, "other"),
        Other,
        False,
        {"other": "YW20261126-00000018", "reason": "无关"},
    ),
}


def offered(story: Story) -> list[dict[str, str]]:
    """What the viewer may do now, with the address to post to (`verbs` makes one of each under that of the case)."""
    address = reverse("api:one_case", args=[story.case.number])
    return [
        {"verb": verb.value, "name": str(VerbChoices(verb).label), "url": f"{address}/{verb.value}"}
        for verb in story.verbs
        if verb in DEEDS and (verb != Verb.RECALL or story.pushed_last)
    ]
