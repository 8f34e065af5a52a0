"""Lists of paths, one path, and what names its vehicle."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from onegrid.cases.flow.actions.contact import PURPOSE_MAX
from onegrid.cases.flow.api.answers import json_answer
from onegrid.cases.flow.api.beside import person, tag_of, tagged
from onegrid.cases.flow.api.bodies import Body, Words, described, header, read_body
from onegrid.cases.flow.api.conditions import unchanged
from onegrid.cases.flow.api.shapes import Problem
from onegrid.cases.flow.api.words import one_read_by
from onegrid.cases.paths.actions import reveal_vehicle
from onegrid.cases.paths.api.addresses import router
from onegrid.cases.paths.api.shapes import PathOut, PathPageOut, row, whole
from onegrid.cases.paths.queries import PathStory, path_page, path_story
from onegrid.cases.paths.rules import SectionState
from onegrid.kit.actors import Actor, viewer_of


@router.get("/paths", response={200: PathPageOut, 401: Problem, 403: Problem, 422: Problem})
def list_paths(
    request: HttpRequest,
    after: int | None = Query(None, ge=1, le=2**53, description="`next` of the page before"),
):
    """Paths through the caller's area or of the caller's units, the newest first; drafts for whom may draw there."""
    viewer = viewer_of(request)
    found = path_page(viewer=viewer, after=after)
    items = [one_read_by(viewer, row(one, vars(one)["way"]), None) for one in found.paths]
    return json_answer({"items": items, "next": found.after})


@router.get(
    "/paths/{int:path_id}",
    response={200: PathOut, 304: None, 401: Problem, 403: Problem, 404: Problem},
    openapi_extra={"parameters": [header("If-None-Match", "ETags that the caller has already")]},
    url_name="one_path",
)
def one_path(request: HttpRequest, path_id: int):
    """Sections with entry, exit, stay and length, whose each is, evidence, and what the caller may do now. Its ETag
    goes into If-Match of the verbs. Closed it is by closing its lead case."""
    viewer = viewer_of(request)
    answer = path_answer(path_story(path_id=path_id, viewer=viewer), viewer=viewer)
    return unchanged(request, answer["ETag"]) or answer


def path_answer(story: PathStory, *, viewer: Actor) -> HttpResponse:
    shown = one_read_by(viewer, with_verbs(story), None)
    return tagged(shown, path_tag(story, shown))


def path_tag(story: PathStory, shown: dict[str, Any]) -> str:
    """Reports nearby come and go without anybody having touched the path."""
    return tag_of(story.case.version if story.case else 0, shown | {"near": []})


def with_verbs(story: PathStory) -> dict[str, Any]:
    """As PathOut."""
    shown = whole(story)
    address = reverse("api:one_path", args=[story.path.pk])
    shown["verbs"] = [_verb(verb, address) for verb in _verbs(story)]
    for section, line in zip(story.streets, shown["sections"], strict=True):
        mine = vars(section)["mine"]
        found = []
        if story.running and mine and section.state in (SectionState.ACCEPTED, SectionState.SHOWN):
            found.append("show")
        if story.case is not None and (mine or story.leads):
            found.append("work")
        line["verbs"] = [_verb(verb, f"{address}/sections/{section.pk}") for verb in found]
    return shown


def _verbs(story: PathStory) -> list[str]:
    found = ["open"] if story.may_open else []
    found += ["lead", "discard"] if story.case is None and story.may_draw else []
    found += ["send"] if story.may_send else []
    found += ["accept", "decline"] if story.asked else []
    final = story.case is None or story.case.is_final
    found += ["attach"] if story.may_draw and not final else []
    return found + (["vehicle"] if story.vehicle and story.may_know_vehicle else [])


def _verb(verb: str, address: str) -> dict[str, str]:
    return {"verb": verb, "name": verb, "url": f"{address}/{verb}"}


class Purpose(Body):
    """What it is needed for: kept in the audit trail."""

    purpose: Words = Field(max_length=PURPOSE_MAX)


class VehicleOut(Schema):
    vehicle: str


@router.post(
    "/paths/{int:path_id}/vehicle",
    response={200: VehicleOut, **dict.fromkeys((400, 401, 403, 404, 409, 415, 422), Problem)},
    url_name="path_vehicle",
    openapi_extra=described(Purpose, example={"purpose": "路口拦检"}, photos=False),
)
def vehicle(request: HttpRequest, path_id: int):
    """What names the vehicle, in the clear; who looked and what for stands in the audit trail."""
    by = person(request)
    path_story(path_id=path_id, viewer=by)
    given, _files = read_body(request, Purpose)
    found = reveal_vehicle(path_id=path_id, purpose=given.purpose, by=by, at=timezone.now())
    return {"vehicle": found.name}
