"""What the JSON of nouns beside the case shares with it: a person, an ETag, and doing something once under a key."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.api.bodies import Body, body_digest
from onegrid.cases.flow.api.conditions import request_key
from onegrid.kit.actors import viewer_of
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.errors import NotAllowed
from onegrid.kit.sendings import Moment, done_once
from onegrid.kit.sendings.models import Sending


def person(request: HttpRequest, what: str = "") -> User:
    """Whoever answers for a deed by name; `what`: a right that is needed somewhere. NotAllowed: people_only (an
    application), not_allowed."""
    by = viewer_of(request)
    if what and not by.scope(what).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    if not isinstance(by, User):
        raise NotAllowed("people_only", _("Only a signed-in person may do this."))
    return by


def tag_of(version: int, shown: Any) -> str:
    """As the case's: the version that If-Match compares, and a hash of what is shown for 304."""
    return f'"{version}-{hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:16]}"'


def tagged(shown: dict[str, Any], tag: str) -> HttpResponse:
    answer = HttpResponse(msgspec.json.encode(shown), content_type="application/json; charset=utf-8")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@contextmanager
def once(request: HttpRequest, given: Body, files: Sequence[BinaryIO], by: User) -> Iterator[dict[str, Any]]:
    """One transaction. What is put into the yielded dict is kept under the Idempotency-Key; on a repeat it stands
    there already, and nothing is to be done. Refused: key_used_for_another_request."""
    key = request_key(request)
    if key is None:
        with transaction.atomic():
            yield {}
        return
    digest = hashlib.sha256(canonical([request.path, body_digest(given, files)])).hexdigest()
    with done_once(
        who=by.actor_key, key=_named(key), digest=digest, moment=Moment(), at=timezone.now()
    ) as sending:
        kept = dict(sending.answer or {})
        yield kept
        if not sending.again:
            sending.answer = kept or {"done": True}


def _named(key: str) -> str:
    """Apart from what phones call theirs."""
    return hashlib.sha256(f"api {key}".encode()).hexdigest()


def done_before(request: HttpRequest, by: User) -> bool:
    """Whether something was done under this key already: what it took out of sight is not asked for again."""
    key = request_key(request)
    return key is not None and Sending.objects.filter(who=by.actor_key, key=_named(key)).exists()
