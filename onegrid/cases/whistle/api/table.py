"""Every verb of a whistle that may be done by JSON: one line each. `verbs.py` makes an address of every line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.api.bodies import Body, RowId, Words
from onegrid.cases.flow.api.table import Reason
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.access import (
    ANSWER,
    APPROVE,
    BLOW,
    DECIDE,
    acts_for_street,
    answers_for,
    stands_above,
)
from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.cases.whistle.rules import SHORT_MAX, TASKS_MOST, WORDS_MAX


class Plain(Body):
    """Nothing has to be said."""


class Agreed(Body):
    """What was agreed with the street."""

    words: Words = Field(max_length=WORDS_MAX)


class Result(Body):
    """What was done."""

    result: Words = Field(max_length=WORDS_MAX)


class Arrived(Body):
    """On site: where, and a photo (sent as a form) or the street's `code`. `remote`: `words` say what was done."""

    remote: bool = False
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)
    code: Words = Field("", max_length=200)
    words: Words = Field("", max_length=WORDS_MAX)


class RefusalDecision(Body):
    """`upheld`: the call stands. Else the department is excused; who leads only when `instead_id` leads."""

    upheld: bool
    words: Words = Field(max_length=WORDS_MAX)
    instead_id: RowId | None = None


class Stars(Body):
    """One to five; at most two need a reason in `words`."""

    stars: int = Field(ge=1, le=5)
    words: Words = Field("", max_length=SHORT_MAX)


class TaskGiven(Body):
    """Who does what until when."""

    words: Words = Field(max_length=SHORT_MAX)
    organisation_id: RowId
    due_on: date


class Findings(Body):
    """What was found together, and the tasks that follow."""

    findings: Words = Field(max_length=WORDS_MAX)
    tasks: list[TaskGiven] = Field([], max_length=TASKS_MOST)


class TaskFinished(Body):
    words: Words = Field(max_length=SHORT_MAX)


May = Callable[[User, Whistle, WhistleCall | None], bool]


def _street(*rights: str) -> May:
    return lambda by, whistle, call: any(acts_for_street(by, right, whistle) for right in rights)


def _department(by: User, whistle: Whistle, call: WhistleCall | None) -> bool:
    return call is not None and answers_for(by, ANSWER, call)


def _above(by: User, whistle: Whistle, call: WhistleCall | None) -> bool:
    return stands_above(by, whistle)


@dataclass(frozen=True)
class Deed:
    """One verb: the action behind it, what is sent, the right it needs, who has it here, an example."""

    act: Callable[..., Any]
    body: type[Body]
    needs: str
    may: May
    example: dict[str, Any]
    photos: bool = False


def _arrive(*, photo: Any, whistle_id: int, call_id: int, by: User, at: Any, **told: Any) -> Any:
    """报到. Who comes without having signed has signed with it."""
    arrival = actions.Arrival(photo=photo, **told)
    return actions.report_in(whistle_id=whistle_id, call_id=call_id, arrival=arrival, by=by, at=at)


def _record(*, tasks: list[dict[str, Any]], **given: Any) -> Any:
    """现场联合记录: by the street, once a department has reported in. Written anew before it is sealed, it is signed
    anew."""
    return actions.write_record(tasks=[actions.Task(**task) for task in tasks], **given)


def _rate(of_department: bool) -> Callable[..., Any]:
    def done(**given: Any) -> Any:
        return actions.rate_whistle(of_department=of_department, **given)

    done.__doc__ = actions.rate_whistle.__doc__
    return done


ON_WHISTLE: dict[str, Deed] = {
    "approve": Deed(actions.approve_whistle, Plain, APPROVE, _street(APPROVE), {}),
    "decline": Deed(actions.decline_whistle, Reason, APPROVE, _street(APPROVE), {"reason": "街道自己能办"}),
    "withdraw": Deed(
        actions.withdraw_whistle, Reason, BLOW, _street(BLOW, APPROVE), {"reason": "已自行解决"}
    ),
    "record": Deed(
        _record,
        Findings,
        BLOW,
        _street(BLOW),
        {
            "findings": "占道堆物已清，护栏缺两处",
            "tasks": [{"words": "补装护栏", "organisation_id": 7, "due_on": "2026-12-05"}],
        },
    ),
}
ON_CALL: dict[str, Deed] = {
    "sign": Deed(actions.sign_call, Plain, ANSWER, _department, {}),
    "contact": Deed(actions.note_contact, Agreed, ANSWER, _department, {"words": "约定九点到场"}),
    "report_in": Deed(
        _arrive,
        Arrived,
        ANSWER,
        _department,
        {"remote": True, "words": "已在局窗口补办"},
        photos=True,
    ),
    "finish": Deed(actions.finish_call, Result, ANSWER, _department, {"result": "已联合清理"}),
    "refuse": Deed(actions.refuse_call, Reason, ANSWER, _department, {"reason": "不属于本局职责"}),
    "attest": Deed(actions.sign_record, Plain, ANSWER, _department, {}),
    "decide": Deed(
        actions.decide_refusal,
        RefusalDecision,
        DECIDE,
        _above,
        {"upheld": True, "words": "按三定方案属你局"},
    ),
    "rate": Deed(_rate(True), Stars, BLOW, _street(BLOW), {"stars": 5, "words": ""}),
    "rate_whistle": Deed(_rate(False), Stars, ANSWER, _department, {"stars": 4, "words": "情况写得清楚"}),
}
