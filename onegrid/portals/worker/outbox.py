"""What a worker's phone sends from its outbox: done once, answered as JSON; and which pages it may keep.

Every page of this portal is wrapped (urls.py). A form marked `data-outbox` posts as always where there is no script.
With script the phone keeps it first and sends it with four headers: a key made on the phone, whose it is, when it was
written and what the phone's clock shows now. The page itself need not know: what it answers is read as a person would
read it (docs/journeys/offline.md).
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from html.parser import HTMLParser
from typing import Any

from django.contrib import messages
from django.contrib.messages import constants
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import Story, case_story
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotFound, Refusal, Refused, Unreadable
from onegrid.kit.errors.pages import problem
from onegrid.kit.sendings import Moment, TooOld, digest_of, done_once, happened

KEY, PERSON, WRITTEN, CLOCK = "X-Outbox-Key", "X-Outbox-Person", "X-Outbox-Written", "X-Outbox-Clock"
KEPT_FOR = "X-Kept-For"  # on a page that the phone may keep: for whom
KEEPING = "X-Outbox-Keeping"  # the phone fetches it for later; nobody looks now
STAYS = "stays_on_the_server"
VERSION = "X-Case-Version"  # on the answer to a step: what the case's version is now
NOT_CONTENT = {
    "csrfmiddlewaretoken",
    "version",
}  # the phone carries the version on after its own earlier steps
A_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")

View = Callable[..., HttpResponseBase]


class SignedOut(Refusal):
    """Nobody, or somebody else, is signed in: what was sent stays on the phone."""

    status = 401


class FormRefused(Refusal):
    """What was filled in cannot be taken; `details["fields"]`: words by field."""

    status = 422


def from_outbox(request: HttpRequest) -> bool:
    return request.method == "POST" and KEY in request.headers


def not_kept(view: View) -> View:
    """Decorator for a page that must not lie on a phone, such as one with names of residents."""
    setattr(view, STAYS, True)  # decorators around it hand it on
    return view


def kept_and_sent(view: View) -> View:
    """Wraps a page: says for whom it may be kept; takes what comes from an outbox once."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if from_outbox(request):
            return _sent(request, lambda: view(request, *args, **kwargs))
        stays = getattr(view, STAYS, False)
        if stays and KEEPING in request.headers:  # nobody looks: nothing is read, and no reading is logged
            return HttpResponse(status=204)
        answer = view(request, *args, **kwargs)
        whole = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html")
        if request.method == "GET" and whole and not stays and request.user.is_authenticated:
            answer[KEPT_FOR] = str(request.user.pk)
            answer.headers.setdefault("Cache-Control", "private, no-cache")  # the phone keeps it by itself
        return answer

    return page


def with_case_now(refusal: Refused, story: Story, viewer: User) -> Refused:
    """The same refusal with how the case stands now, for the page that shows both sides."""
    try:
        now = case_story(number=story.case.number, viewer=viewer)
    except NotFound:  # it has left the viewer's sight: the refusal says enough
        return refusal
    steps = [
        {
            "what": step.get_verb_display(),
            "who": step.actor_label,
            "at": timezone.localtime(step.at).isoformat(timespec="seconds"),
            "words": step.words,
        }
        for step in now.steps[-3:]
    ]
    shown = {"state": now.case.get_state_display(), "version": now.case.version, "steps": steps}
    return Refused(refusal.code, refusal.message, **{**refusal.details, "now": shown})


def _sent(request: HttpRequest, view: Callable[[], HttpResponseBase]) -> HttpResponse:
    person, now = request.user, timezone.now()
    if not isinstance(person, User) or request.headers.get(PERSON) != str(person.pk):
        return problem(
            SignedOut("signed_out", _("Please sign in again; what you wrote stays on this phone."))
        )
    key = request.headers[KEY]
    if not A_KEY.fullmatch(key):
        raise Unreadable("bad_idempotency_key", _("The key of what was sent cannot be read."))
    moment = _moment(request, now)
    files = [(name, str(one.name), one.size or 0) for name, all_ in request.FILES.lists() for one in all_]
    fields = [(name, value) for name, all_ in request.POST.lists() for value in all_]
    content = digest_of(request.path, [pair for pair in fields if pair[0] not in NOT_CONTENT], files)
    digest = blind_index(content, "sending")  # a bare hash of names is guessed by trying
    try:
        with done_once(who=person.actor_key, key=key, digest=digest, moment=moment, at=now) as doing:
            if doing.answer is None:
                doing.answer = _told(request, view())
    except Refusal as refusal:
        return problem(refusal)
    return JsonResponse({**(doing.answer or {}), "again": doing.again})


def _moment(request: HttpRequest, now: datetime) -> Moment:
    try:
        written = datetime.fromisoformat(request.headers.get(WRITTEN, ""))
        sent = datetime.fromisoformat(request.headers.get(CLOCK, ""))
        return happened(written=written, sent=sent, now=now)
    except (ValueError, TypeError):
        raise Unreadable("bad_time", _("The time of what was sent cannot be read.")) from None
    except TooOld:
        words = _("This was written more than 30 days ago. Look whether it still holds, and send it anew.")
        raise Refused("written_too_long_ago", words) from None


def _told(request: HttpRequest, answer: HttpResponseBase) -> dict[str, Any]:
    """What a page's answer means. Raises where the page says no: then nothing of it is kept."""
    said = list(messages.get_messages(request))
    words = [str(one.message) for one in said]
    if answer.status_code in (302, 303):
        if any(one.level >= constants.WARNING for one in said):
            raise Refused("not_done", " ".join(words))
        told = {"to": answer["Location"], "words": words}
        return told | ({"version": int(answer[VERSION])} if VERSION in answer else {})
    if isinstance(answer, HttpResponse) and answer.get("Content-Type", "").startswith("text/html"):
        found = Complaints(answer.content.decode(answer.charset))
        refused = " ".join(dict.fromkeys([*words, *found.words])) or _("This could not be sent yet.")
        raise FormRefused("form_refused", refused, fields=found.fields)
    return {"to": "", "words": words}


class Complaints(HTMLParser):
    """What a page that came back finds wrong: Django's lists of errors, by field where it says so, and alerts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.fields: dict[str, list[str]] = {}
        self._open: list[tuple[str, str]] = []  # (tag, name of the field) inside of a list of errors
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._open:
            if tag not in ("br", "img", "input", "path", "use"):
                self._open.append((tag, self._open[-1][1]))
        elif "errorlist" in (given.get("class") or "").split():
            name = (given.get("id") or "").removeprefix("id_").removesuffix("_error")
            self._open.append((tag, name))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and data.strip():
            self.words.append(data.strip())
            if self._open[-1][1]:
                self.fields.setdefault(self._open[-1][1], []).append(data.strip())
