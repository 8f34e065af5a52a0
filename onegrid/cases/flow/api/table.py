"""Every verb that may be done by JSON: one line each. `verbs.py` makes an address of every line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse
from pydantic import AwareDatetime, Field

from onegrid.cases.flow import actions
from onegrid.cases.flow.api.bodies import Body, RowId, Words
from onegrid.cases.flow.models import VerbChoices
from onegrid.cases.flow.queries import Story
from onegrid.cases.flow.rules import NOTE_MAX, Verb


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


@dataclass(frozen=True)
class Deed:
    """One verb: the action behind it, what is sent, whether photos may come along, an example that works."""

    act: Callable[..., Any]
    body: type[Body]
    photos: bool
    example: dict[str, Any]


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
}


def offered(story: Story) -> list[dict[str, str]]:
    """What the viewer may do now, with the address to post to."""
    return [
        {
            "verb": verb.value,
            "name": str(VerbChoices(verb).label),
            "url": reverse(f"api:case_{verb.value}", args=[story.case.number]),
        }
        for verb in story.verbs
        if verb in DEEDS
    ]
