"""POST /whistles/{number}/{verb} and /whistles/{number}/calls/{call_id}/{verb}: one address a line of the table."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.api.beside import once, person
from onegrid.cases.flow.api.bodies import described, header, read_body
from onegrid.cases.flow.api.conditions import Changed, seen_version
from onegrid.cases.flow.api.shapes import Problem
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.access import ANSWER
from onegrid.cases.whistle.api.addresses import router
from onegrid.cases.whistle.api.reading import whistle_answer
from onegrid.cases.whistle.api.shapes import WhistleOut
from onegrid.cases.whistle.api.table import ON_CALL, ON_WHISTLE, Deed, TaskFinished
from onegrid.cases.whistle.models import SiteTask, Whistle, WhistleCall, WhistleStep
from onegrid.cases.whistle.queries import whistle_story
from onegrid.cases.whistle.refusals import no_such_whistle
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import NotAllowed, Refused

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 411, 412, 413, 415, 422, 428, 429), Problem)


@dataclass(frozen=True)
class Wish:
    """Who wants what done to which whistle."""

    request: HttpRequest
    deed: Deed
    whistle: Whistle
    by: User
    about: dict[str, int]


def _described(deed: Deed) -> dict[str, Any]:
    found = described(deed.body, example=deed.example, photos=deed.photos, required=bool(deed.example))
    meaning = "the ETag of the whistle as the caller saw it, or * to act on it as it is"
    found["parameters"].append(header("If-Match", meaning, needed=True, example="*"))
    return found


def _meaning(deed: Deed) -> str:
    return (deed.act.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")


def _options(name: str, deed: Deed) -> dict[str, Any]:
    return {
        "response": {200: WhistleOut, **REFUSALS},
        "url_name": name,
        "operation_id": name,
        "summary": name.removeprefix("whistle_").replace("_", " ").capitalize(),
        "description": _meaning(deed),
        "openapi_extra": _described(deed),
    }


def _on_whistle(verb: str, deed: Deed) -> None:
    @router.post(f"/whistles/{{number}}/{verb}", **_options(f"whistle_{verb}", deed))
    def endpoint(request: HttpRequest, number: str):
        whistle = whistle_story(number=number, viewer=viewer_of(request)).whistle
        return _answered(request, deed, whistle, None, {})


def _on_call(verb: str, deed: Deed) -> None:
    @router.post(
        f"/whistles/{{number}}/calls/{{int:call_id}}/{verb}", **_options(f"whistle_call_{verb}", deed)
    )
    def endpoint(request: HttpRequest, number: str, call_id: int):
        story = whistle_story(number=number, viewer=viewer_of(request))
        call = next((one for one in story.calls if one.pk == call_id), None)
        if call is None:
            raise no_such_whistle()
        return _answered(request, deed, story.whistle, call, {"call_id": call_id})


TASK = Deed(
    actions.finish_task,
    TaskFinished,
    ANSWER,
    lambda by, whistle, call: True,  # the owner of the task, which the action knows
    {"words": "护栏已补装"},
)


@router.post("/whistles/{number}/tasks/{int:task_id}/finish", **_options("whistle_task_finish", TASK))
def finish_task(request: HttpRequest, number: str, task_id: int):
    story = whistle_story(number=number, viewer=viewer_of(request))
    if not SiteTask.objects.filter(pk=task_id, record__whistle=story.whistle).exists():
        raise no_such_whistle()
    return _answered(request, TASK, story.whistle, None, {"task_id": task_id})


def _answered(
    request: HttpRequest, deed: Deed, whistle: Whistle, call: WhistleCall | None, about: dict[str, int]
) -> HttpResponse:
    """Seen first, then the right, then what the caller has seen of it; the action asks all of it again."""
    by = person(request)
    if not deed.may(by, whistle, call):
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=deed.needs)
    _do(Wish(request, deed, whistle, by, about))
    return whistle_answer(whistle_story(number=whistle.number, viewer=by), by)


def _do(wish: Wish) -> None:
    """Under the whistle's lock, so that of two who have seen the same the second is told what the first has done."""
    seen = seen_version(wish.request)
    given, photos = read_body(wish.request, wish.deed.body)
    more = _photo(photos) if wish.deed.photos else {}
    with once(wish.request, given, photos, wish.by) as kept:
        if kept:
            return
        found = Whistle.objects.select_for_update(of=("self",)).only("pk", "version", "state")
        now = found.get(pk=wish.whistle.pk)
        if seen is not None and seen != now.version:
            raise _changed(now, seen)
        wish.deed.act(
            whistle_id=now.pk, by=wish.by, at=timezone.now(), **wish.about, **given.model_dump(), **more
        )


def _photo(photos: list[Any]) -> dict[str, Any]:
    if len(photos) > 1:
        raise Refused("too_many_photos", _("At most %(photos)s files.") % {"photos": 1})
    return {"photo": photos[0] if photos else None}


def _changed(whistle: Whistle, seen: int) -> Changed:
    """Its first line has version 2: a whistle is written down with version 1."""
    since = WhistleStep.objects.filter(whistle=whistle, position__gte=seen).select_related("organisation")
    told = [
        {
            "position": step.position,
            "deed": step.deed,
            "who": step.organisation.name if step.organisation else step.actor_label,
            "at": step.at.isoformat(),
        }
        for step in since[:50]
    ]
    words = _("Somebody has acted on this whistle meanwhile. Please look again.")
    return Changed(
        "changed_meanwhile", words, version=whistle.version, state=whistle.state, seen=seen, since=told
    )


for _verb, _deed in ON_WHISTLE.items():
    _on_whistle(_verb, _deed)
for _verb, _deed in ON_CALL.items():
    _on_call(_verb, _deed)
