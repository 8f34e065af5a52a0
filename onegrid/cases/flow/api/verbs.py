"""POST /cases/{number}/{verb}: made from the table, one address a line."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Status
from ninja.errors import ValidationError

from onegrid.cases.flow.access import needed, require_level
from onegrid.cases.flow.api.addresses import router
from onegrid.cases.flow.api.bodies import body_digest, described, header, read_body
from onegrid.cases.flow.api.conditions import Changed, request_key, seen_version, wants_nothing_back
from onegrid.cases.flow.api.reading import case_answer
from onegrid.cases.flow.api.shapes import CaseOut, Problem
from onegrid.cases.flow.api.table import DEEDS, Deed
from onegrid.cases.flow.asked import asked_as, name_of, step_asked
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries import Story, case_in_sight, case_story, story_asked, why_not_open
from onegrid.cases.flow.refusals import changed_meanwhile
from onegrid.cases.flow.rules import STEPS, State, Verb, stays_in
from onegrid.cases.flow.standing import clock_known
from onegrid.cases.flow.whole import with_versions
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.errors import NotFound, Refusal, Refused
from onegrid.kit.statements import Question, foreseen
from onegrid.places.calendars.queries import version_asked

REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 411, 412, 413, 415, 422, 428, 429), Problem)


def _address(verb: Verb, deed: Deed) -> None:
    @router.post(
        f"/cases/{{number}}/{verb.value}",
        response={200: CaseOut, 204: None, **REFUSALS},
        url_name=f"case_{verb.value}",
        operation_id=f"case_{verb.value}",
        summary=str(verb.value).replace("_", " ").capitalize(),
        description=(deed.act.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " "),
        openapi_extra=_described(deed),
    )
    def endpoint(request: HttpRequest, number: str):
        viewer = viewer_of(request)
        key = request_key(request)
        try:
            case_id = case_in_sight(number=number, viewer=viewer)
        except NotFound:
            if key is None or not _done_before(request, number, verb, deed, viewer, key):
                raise
            return Status(204, None)
        wish = Wish(request, number, case_id, verb, deed, viewer)
        done = _do(wish) if key is None else _do_once(wish, key)
        if wants_nothing_back(request):
            return HttpResponse(status=204, headers={"Preference-Applied": "return=minimal"})
        try:
            with foreseen(*_shown(wish, done)):
                return case_answer(case_story(number=number, viewer=viewer), viewer=viewer)
        except NotFound:  # done, and with it gone from the caller's sight: a unit that has sent the case back
            return Status(204, None)


@dataclass(frozen=True)
class Wish:
    """Which verb who wants done to which case."""

    request: HttpRequest
    number: str
    case_id: int
    verb: Verb
    deed: Deed
    viewer: Actor


def _shown(wish: Wish, done: Any) -> list[Question]:
    """What the answer will ask; `done`: what the action gave back, a case mostly."""
    asked = story_asked(number=wish.number, case_id=wish.case_id)
    clock = clock_known(done) if isinstance(done, Case) else None
    return asked if clock is None else [*asked, version_asked(int(clock.calendar_version))]


def _described(deed: Deed) -> dict[str, Any]:
    found = described(deed.body, example=deed.example, photos=deed.photos)
    meaning = "the ETag of the case as the caller saw it, or * to act on it as it is"
    found["parameters"].append(header("If-Match", meaning, needed=True, example="*"))
    found["parameters"].append(header("Prefer", "return=minimal: a step that is done is answered by 204"))
    return found


@transaction.atomic
def _do_once(wish: Wish, key: str) -> Any:
    """Under the case's lock, so that of two requests of one name the second finds what the first has written."""
    given, photos = read_body(wish.request, wish.deed.body)
    content = canonical([wish.verb.value, body_digest(given, photos)])
    name = name_of(wish.viewer.actor_key, key, content)
    case = Case.objects.select_for_update(of=("self",)).only("pk").get(pk=wish.case_id)
    before = step_asked(case, wish.viewer.actor_key, key)
    if before is not None and before.request_key == name:
        return None
    if before is not None:
        words = _("This Idempotency-Key was used for another request on this case.")
        raise Refused("key_used_for_another_request", words, step=before.position)
    with asked_as(name):
        return _do(wish)


def _done_before(request: HttpRequest, number: str, verb: Verb, deed: Deed, viewer: Actor, key: str) -> bool:
    """Whether this very request took the case out of the caller's sight: it is answered like the first."""
    case = Case.objects.filter(number=number.strip().upper()).only("pk").first()
    step = step_asked(case, viewer.actor_key, key) if case is not None else None
    if step is None:
        return False
    given, photos = read_body(request, deed.body)
    return step.request_key == name_of(
        viewer.actor_key, key, canonical([verb.value, body_digest(given, photos)])
    )


# Their actions ask everything that `story.verbs` stands for, under the lock (`locked_case` with the same verb).
JUDGED_BY_THE_ACTION = frozenset(
    {
        Verb.VERIFY, Verb.SETTLE, Verb.FILE, Verb.DISPATCH, Verb.HANDLE, Verb.RETURN, Verb.CHECK, Verb.REWORK,
        Verb.CLOSE, Verb.CANCEL,
    }
)  # fmt: skip


def _do(wish: Wish) -> Any:
    """Refuses as the action does; what the action calls changed_meanwhile is 412 here, with the steps since.

    On the main road the action is asked at once: what would have been seen before matters only once it refuses.
    """
    if wish.verb not in JUDGED_BY_THE_ACTION:
        _look(wish)
        return _act(wish)
    try:
        return _act(wish)
    except (Refusal, ValidationError):
        _look(wish)
        raise


def _look(wish: Wish) -> None:
    """Refuses what the case, as it stands, does not offer this person."""
    story = case_story(number=wish.number, viewer=wish.viewer)
    if wish.verb not in story.verbs:
        refusal = why_not_open(story=story, verb=wish.verb, seen_version=None, viewer=wish.viewer)
        state = State(story.case.state)
        if (state, wish.verb) in STEPS or wish.verb in stays_in(state):
            require_level(wish.viewer, wish.verb, needed(state, wish.verb), story.case)
        seen = seen_version(wish.request)
        raise _changed(story, seen) if seen is not None and seen != story.case.version else refusal
    seen = seen_version(wish.request)
    if seen is not None and seen != story.case.version:
        raise _changed(story, seen)


def _act(wish: Wish) -> Any:
    seen = seen_version(wish.request)
    given, photos = read_body(wish.request, wish.deed.body)
    more: dict[str, Any] = {"photos": photos} if wish.deed.photos else {}
    try:
        return wish.deed.act(
            case_id=wish.case_id,
            seen_version=seen,
            by=wish.viewer,
            at=timezone.now(),
            **given.model_dump(),
            **more,
        )
    except Refused as failure:
        if failure.code != "changed_meanwhile" or seen is None:
            raise
        raise _changed(case_story(number=wish.number, viewer=wish.viewer), seen) from None


def _changed(story: Story, seen: int) -> Changed:
    refusal = changed_meanwhile(story.case)
    since = [
        {"position": step.position, "verb": step.verb, "who": step.actor_label, "at": step.at.isoformat()}
        for version, step in with_versions(story.steps)
        if version > seen
    ]
    return Changed(refusal.code, refusal.message, **refusal.details, seen=seen, since=since)


for _verb, _deed in DEEDS.items():
    _address(_verb, _deed)
