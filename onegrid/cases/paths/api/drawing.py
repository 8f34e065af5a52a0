"""POST /paths: a track or a line becomes a draft."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from pydantic import AwareDatetime, Field

from onegrid.cases.catalog.queries import class_by_id
from onegrid.cases.flow.api.beside import once, person
from onegrid.cases.flow.api.bodies import Body, RowId, Words, described, read_body
from onegrid.cases.flow.api.shapes import Problem
from onegrid.cases.flow.rules import TEXT_MAX
from onegrid.cases.paths.access import DRAW
from onegrid.cases.paths.actions import draw_path
from onegrid.cases.paths.actions.drawing import Way
from onegrid.cases.paths.api.addresses import router
from onegrid.cases.paths.api.reading import path_answer
from onegrid.cases.paths.api.shapes import PathOut
from onegrid.cases.paths.queries import path_story
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.geo import Datum

REFUSALS = dict.fromkeys((400, 401, 403, 409, 413, 415, 422, 429), Problem)
TRACK_MAX = 2_000_000  # characters; Django takes no larger body
EXAMPLE = {
    "text": "清运车一路遗撒",
    "class_id": 13,
    "line": "118.021,37.385 118.055,37.385",
    "from_at": "2026-11-20T09:00:00+08:00",
    "to_at": "2026-11-20T09:20:00+08:00",
}


class WayGiven(Body):
    """Either `line` ("lon,lat lon,lat …", CGCS2000, with `from_at` and `to_at`) or `track`: CSV with the columns id,
    time, lng, lat in the coordinates of `datum`. `vehicle`: as the track names it, kept sealed."""

    text: Words = Field(max_length=TEXT_MAX)
    class_id: RowId
    line: Words = Field("", max_length=50_000)
    track: Words = Field("", max_length=TRACK_MAX)
    datum: Datum = Datum.CGCS2000
    vehicle: Words = Field("", max_length=40)
    from_at: AwareDatetime | None = None
    to_at: AwareDatetime | None = None
    owner_id: RowId | None = None


@router.post(
    "/paths",
    response={201: PathOut, **REFUSALS},
    url_name="draw_path",
    openapi_extra=described(WayGiven, example=EXAMPLE, photos=False),
)
def draw(request: HttpRequest):
    """途经: the areas along a way, in order, and who would lead. A draft: nobody is told before `open`. With an
    Idempotency-Key a repeated request gives the same draft; with other content 409."""
    by = person(request, DRAW)
    given, _files = read_body(request, WayGiven)
    names = ("line", "datum", "vehicle", "from_at", "to_at")
    way = Way(track=given.track.encode(), **{name: getattr(given, name) for name in names})
    with once(request, given, (), by) as kept:
        if "path" not in kept:
            _known(given.class_id)
            kept["path"] = draw_path(
                way=way, text=given.text, class_id=given.class_id, owner_id=given.owner_id, by=by,
                at=timezone.now(),
            ).pk  # fmt: skip
    answer = path_answer(path_story(path_id=kept["path"], viewer=by), viewer=by)
    answer.status_code = 201
    answer["Location"] = reverse("api:one_path", args=[kept["path"]])
    return answer


def _known(class_id: int) -> None:
    """The address is there; it is what was sent that does not fit."""
    try:
        class_by_id(class_id)
    except NotFound as failure:
        raise Refused(failure.code, failure.message, class_id=class_id) from None
