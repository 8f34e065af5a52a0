"""Every verb of a path that may be done by JSON: one line each. `verbs.py` makes an address of every line."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import Field

from onegrid.cases.flow.api.bodies import Body, RowId, Words
from onegrid.cases.flow.api.table import Done, Reason
from onegrid.cases.paths import actions
from onegrid.cases.paths.rules import COST_MOST


class NothingSaid(Body):
    """Nothing has to be said."""


class LeadNamed(Reason):
    """`unit_id`: one of the units along the way."""

    unit_id: RowId


class ReportNamed(Body):
    """`number`: of a report along the way."""

    number: Words = Field(max_length=40)


class WorkDone(Body):
    """Who does what in the section, and what it cost in yuan."""

    work: Words = Field("", max_length=500)
    cost: Decimal | None = Field(None, ge=0, le=COST_MOST, decimal_places=2, allow_inf_nan=False)


@dataclass(frozen=True)
class Deed:
    """One verb: the action behind it, what is sent, an example."""

    act: Callable[..., Any]
    body: type[Body]
    example: dict[str, Any]
    photos: bool = False


ON_PATH: dict[str, Deed] = {
    "lead": Deed(actions.choose_lead, LeadNamed, {"unit_id": 7, "reason": "车辆属其辖区企业"}),
    "discard": Deed(actions.discard_path, NothingSaid, {}),
    "open": Deed(actions.open_path_case, NothingSaid, {}),
    "send": Deed(actions.send_path, NothingSaid, {}),
    "accept": Deed(actions.accept_sections, NothingSaid, {}),
    "decline": Deed(actions.decline_sections, Reason, {"reason": "该路段属于高速公路公司"}),
    "attach": Deed(actions.attach_report, ReportNamed, {"number": "YW20261126-00000018"}),
}
ON_SECTION: dict[str, Deed] = {
    "show": Deed(actions.show_section, Done, {"words": "已冲洗，附照片"}, photos=True),
    "work": Deed(actions.record_work, WorkDone, {"work": "冲洗 1.2 公里", "cost": "1200.00"}),
}
