"""What a program calls its request, so that a repeated one finds the step it has already made; and when something
was done that a phone tells later.

Both travel beside the arguments: every verb takes them, none has to know. `actions.writing` puts them on the step.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from onegrid.cases.flow.models import Case, Step
from onegrid.kit.sendings import happened_now

_asked: ContextVar[str | None] = ContextVar("asked", default=None)


@contextmanager
def asked_as(name: str | None) -> Iterator[None]:
    """Steps written inside carry this name."""
    token = _asked.set(name)
    try:
        yield
    finally:
        _asked.reset(token)


def asked_now() -> str | None:
    return _asked.get()


def name_of(actor_key: str, key: str, content: bytes) -> str:
    """At most 120 characters: whose key it is, the key, and what was sent under it."""
    return f"{_whose(actor_key, key)}{hashlib.sha256(content).hexdigest()[:24]}"


def step_asked(case: Case, actor_key: str, key: str) -> Step | None:
    """The step this caller has made of this case under the key, whatever was sent with it."""
    return Step.objects.filter(case=case, request_key__startswith=_whose(actor_key, key)).first()


def _whose(actor_key: str, key: str) -> str:
    return f"{actor_key}:{hashlib.sha256(key.encode()).hexdigest()[:32]}:"


def done_when() -> dict[str, str]:
    """For the details of a step that was written without a network: when that was; clocks run on by `Step.at`."""
    moment = happened_now()
    told = {"occurred_at": moment.at.isoformat(timespec="seconds")} if moment.at else {}
    return told | ({"clock_doubt": moment.doubt} if moment.doubt else {})
