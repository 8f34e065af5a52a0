"""POST /whistles: 吹哨 by JSON."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import Field

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.api.beside import once, person
from onegrid.cases.flow.api.bodies import Body, RowId, Words, described, read_body
from onegrid.cases.flow.api.shapes import Problem
from onegrid.cases.flow.queries import visible
from onegrid.cases.whistle.access import BLOW
from onegrid.cases.whistle.actions import Wanted, blow_whistle
from onegrid.cases.whistle.api.addresses import router
from onegrid.cases.whistle.api.reading import whistle_answer
from onegrid.cases.whistle.api.shapes import WhistleOut
from onegrid.cases.whistle.queries import whistle_story
from onegrid.cases.whistle.rules import CALLED_MOST, CASES_MOST, SHORT_MAX, WORDS_MAX, Role
from onegrid.kit.errors import Refused

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 415, 422, 429), Problem)
EXAMPLE = {
    "kind": "joint",
    "words": "请到场联合处置占道堆物",
    "lead": 7,
    "helpers": [8],
    "cases": ["YW20261126-00000018"],
}


class Blow(Body):
    """`kind`: of /whistle-kinds; `lead`, `helpers`: of /whistle-units; `cases`: numbers. The place is `area_id`, else
    where the first case is. Every called department reads `words`: no names or phones of residents."""

    kind: Words = Field(max_length=24)
    words: Words = Field(max_length=WORDS_MAX)
    lead: RowId
    helpers: list[RowId] = Field([], max_length=CALLED_MOST)
    cases: list[Words] = Field([], max_length=CASES_MOST)
    area_id: RowId | None = None
    address: Words = Field("", max_length=SHORT_MAX)
    lon: float | None = Field(None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(None, ge=-90, le=90, allow_inf_nan=False)


@router.post(
    "/whistles",
    response={201: WhistleOut, **REFUSALS},
    url_name="blow_whistle",
    openapi_extra=described(Blow, example=EXAMPLE, photos=False),
)
def blow(request: HttpRequest, response: HttpResponse):
    """吹哨. Where the kind asks for it, it waits for the principal's approval. With an Idempotency-Key a repeated
    request gives the same whistle; with other content 409."""
    by = person(request, BLOW)
    given, _files = read_body(request, Blow)
    with once(request, given, (), by) as kept:
        if "number" not in kept:
            whistle = blow_whistle(wanted=_wanted(given, by), key=uuid4().hex, by=by, at=timezone.now())
            kept["number"] = whistle.number
    answer = whistle_answer(whistle_story(number=kept["number"], viewer=by), by)
    answer.status_code = 201
    answer["Location"] = reverse("api:one_whistle", args=[kept["number"]])
    return answer


def _wanted(given: Blow, by: User) -> Wanted:
    numbers = [number.strip().upper() for number in given.cases]
    found = dict(visible(by).filter(number__in=numbers).values_list("number", "pk"))
    if missing := [number for number in numbers if number not in found]:
        raise Refused("no_such_case", _("There is no case with this number here."), cases=missing)
    roles = {unit: Role.HELPER for unit in given.helpers} | {given.lead: Role.LEAD}
    told = given.model_dump(exclude={"lead", "helpers", "cases"})
    return Wanted(roles=roles, case_ids=[found[number] for number in numbers], **told)
