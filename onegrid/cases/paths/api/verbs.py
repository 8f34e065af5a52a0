"""POST /paths/{id}/{verb} and /paths/{id}/sections/{section_id}/{verb}: one address a line of the table."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.api.beside import done_before, once, person
from onegrid.cases.flow.api.bodies import described, header, read_body
from onegrid.cases.flow.api.conditions import Changed, seen_tag
from onegrid.cases.flow.api.shapes import Problem
from onegrid.cases.flow.models import Case
from onegrid.cases.paths.api.addresses import router
from onegrid.cases.paths.api.reading import path_answer, path_tag, with_verbs
from onegrid.cases.paths.api.shapes import PathOut
from onegrid.cases.paths.api.table import ON_PATH, ON_SECTION, Deed
from onegrid.cases.paths.models import PathCase, SectionLevel
from onegrid.cases.paths.queries import not_there, path_story
from onegrid.kit.errors import NotFound

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 411, 412, 413, 415, 422, 428, 429), Problem)


def _options(name: str, deed: Deed) -> dict[str, Any]:
    extra = described(deed.body, example=deed.example, photos=deed.photos, required=bool(deed.example))
    meaning = "the ETag of the path as the caller saw it, or * to act on it as it is"
    extra["parameters"].append(header("If-Match", meaning, needed=True, example="*"))
    return {
        "response": {200: PathOut, 204: None, **REFUSALS},
        "url_name": name,
        "operation_id": name,
        "summary": name.removeprefix("path_").replace("_", " ").capitalize(),
        "description": (deed.act.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " "),
        "openapi_extra": extra,
    }


def _on_path(verb: str, deed: Deed) -> None:
    @router.post(f"/paths/{{int:path_id}}/{verb}", **_options(f"path_{verb}", deed))
    def endpoint(request: HttpRequest, path_id: int):
        by = person(request)
        try:
            path_story(path_id=path_id, viewer=by)
        except NotFound:
            if not done_before(request, by):
                raise
            return Status(204, None)
        return _answered(request, deed, path_id, by, {})


def _on_section(verb: str, deed: Deed) -> None:
    @router.post(
        f"/paths/{{int:path_id}}/sections/{{int:section_id}}/{verb}",
        **_options(f"path_section_{verb}", deed),
    )
    def endpoint(request: HttpRequest, path_id: int, section_id: int):
        by = person(request)
        story = path_story(path_id=path_id, viewer=by)
        if not story.path.sections.filter(pk=section_id, level=SectionLevel.STREET).exists():
            raise not_there()
        return _answered(request, deed, path_id, by, {"section_id": section_id})


def _answered(request: HttpRequest, deed: Deed, path_id: int, by: User, about: dict[str, int]) -> Any:
    seen = seen_tag(request)
    given, photos = read_body(request, deed.body)
    more: dict[str, Any] = {"photos": photos} if deed.photos else {}
    with once(request, given, photos, by) as kept:
        if not kept:
            locked = PathCase.objects.select_for_update(of=("self",)).only("case").get(pk=path_id)
            if locked.case_id is not None:
                Case.objects.select_for_update(of=("self",)).only("pk").get(pk=locked.case_id)
            _look(path_id, by, seen)
            deed.act(path_id=path_id, by=by, at=timezone.now(), **about, **given.model_dump(), **more)
    try:
        return path_answer(path_story(path_id=path_id, viewer=by), viewer=by)
    except NotFound:  # discarded: gone from everybody's sight
        return Status(204, None)


def _look(path_id: int, by: User, seen: str | None) -> None:
    """Under the path's lock: whether it is as the caller saw it."""
    if seen is None:
        return
    story = path_story(path_id=path_id, viewer=by)
    now = path_tag(story, with_verbs(story))
    if now != seen:
        words = _("Somebody has acted on this path meanwhile. Please look again.")
        raise Changed("changed_meanwhile", words, seen=seen, now=now)


for _verb, _deed in ON_PATH.items():
    _on_path(_verb, _deed)
for _verb, _deed in ON_SECTION.items():
    _on_section(_verb, _deed)
