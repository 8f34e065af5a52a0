"""Whistles of the living street: departments come fast, slowly or not at all; the district decides on refusals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from onegrid.accounts.identity.models import Posting, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.cases.whistle.rules import CallState, Role, WhistleState
from onegrid.demo.loading.pictures import picture
from onegrid.demo.simulator.plan import Whistling
from onegrid.kit.errors import Refused
from onegrid.places.areas.models import Area

BLOWER, DECIDER = "leader", "district"  # accounts of the demo


@dataclass
class Blown:
    """A whistle under way, and what was planned for it."""

    plan: Whistling
    whistle_id: int


def blow(grids: list[Area], plan: Whistling, at: datetime) -> Blown:
    """By the street's leader, about a grid. Refused as blow_whistle does, and where a unit is not there."""
    grid = grids[int(plan.grid * len(grids))]
    units = {unit.code: unit for unit in Organisation.objects.filter(code__in=plan.called, closed_on=None)}
    if set(units) != set(plan.called):
        raise Refused("nobody_to_call", "")
    roles = {units[code].pk: Role.HELPER if place else Role.LEAD for place, code in enumerate(plan.called)}
    wanted = actions.Wanted(kind=plan.kind, words=plan.words, roles=roles, area_id=grid.pk)
    key = f"simulated-{at.timestamp():.0f}-{plan.number}"
    whistle = actions.blow_whistle(wanted=wanted, key=key, by=_account(BLOWER), at=at)
    return Blown(plan, whistle.pk)


def calls_of(blown: Blown) -> list[tuple[int, int]]:
    """(call, organisation), who leads first."""
    rows = WhistleCall.objects.filter(whistle=blown.whistle_id).order_by("-role", "pk")
    return list(rows.values_list("pk", "organisation_id"))


def due_of(call_id: int) -> str:
    """sign, report_in, finish, decide; "" when nothing is owed, or the whistle has ended."""
    call = WhistleCall.objects.select_related("whistle").get(pk=call_id)
    if call.whistle.state != WhistleState.RUNNING:
        return ""
    steps = {
        CallState.CALLED: "sign", CallState.SIGNED: "report_in", CallState.CONTACTED: "report_in",
        CallState.REPORTED: "finish", CallState.REFUSED: "decide",
    }  # fmt: skip
    return steps.get(CallState(call.state), "")


def take(blown: Blown, call_id: int, step: str, at: datetime, *, refuses: bool) -> None:
    """One step of a department, or the district's decision. Refused, NotAllowed, NotFound as the actions do."""
    call = WhistleCall.objects.select_related("organisation").get(pk=call_id)
    one: dict[str, Any] = {"whistle_id": blown.whistle_id, "call_id": call_id, "at": at}
    if step == "decide":
        words = (
            "按职责清单属你单位，请立即到场。" if blown.plan.stands else "不属该单位职责，由街道另行协调。"
        )
        upheld = blown.plan.stands or call.role == Role.LEAD
        actions.decide_refusal(**one, upheld=upheld, words=words, by=_account(DECIDER))
        return
    one["by"] = _officer(call.organisation_id)
    if step == "sign" and refuses and not call.refusals:
        actions.refuse_call(**one, reason="经核对，该点位不在本单位管护范围。")
    elif step == "sign":
        actions.sign_call(**one)
    elif step == "report_in":
        arrival = actions.Arrival(photo=picture(blown.plan.number + 800))
        actions.report_in(**one, arrival=arrival)
    else:
        actions.finish_call(**one, result="已到场处置，现场恢复正常。")


def has_finished(blown: Blown) -> bool:
    return Whistle.objects.filter(pk=blown.whistle_id, state=WhistleState.FINISHED).exists()


def rate(blown: Blown, at: datetime) -> None:
    """The street rates whoever came: in time well, late less so."""
    came = WhistleCall.objects.filter(whistle=blown.whistle_id, state=CallState.FINISHED).order_by("pk")
    late = set(came.filter(report_in_at__gt=F("report_in_due")).values_list("pk", flat=True))
    for call_id in list(came.values_list("pk", flat=True)):
        actions.rate_whistle(
            whistle_id=blown.whistle_id, call_id=call_id, of_department=True, stars=3 if call_id in late else 5,
            words="", by=_account(BLOWER), at=at,
        )  # fmt: skip


def _account(name: str) -> User:
    found = User.objects.filter(username=name).first()
    if found is None:
        raise Refused("nobody_there", "")
    return found


def _officer(unit_id: int) -> User:
    rows = Posting.objects.filter(organisation=unit_id, kind="officer").select_related("user").order_by("pk")
    posting = rows.first()
    if posting is None:
        raise Refused("nobody_in_unit", "")
    return posting.user
