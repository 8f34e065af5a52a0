"""Doing what was sent, once; and telling whoever writes rows when it was really done."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onegrid.kit.errors import Refused
from onegrid.kit.sendings.models import Sending
from onegrid.kit.sendings.rules import REMEMBERED, Moment

NOW = Moment()
_happened: ContextVar[Moment | None] = ContextVar("happened", default=None)


@dataclass
class Doing:
    """`answer` None: not done yet, do it and set it. Otherwise what was told the first time."""

    answer: dict[str, Any] | None = None
    again: bool = False


@contextmanager
def done_once(*, who: str, key: str, digest: str, moment: Moment, at: datetime) -> Iterator[Doing]:
    """One transaction with the row of the key in it. A second sender of the same key waits for the first.

    What raises inside, or leaves no answer, leaves no row: it may be sent again. Refused:
    key_used_for_another_request.
    """
    with transaction.atomic():
        found = _kept(who, key, digest) or _begun(who, key, digest, moment, at)
        if isinstance(found, dict):
            yield Doing(found, again=True)
            return
        doing, token = Doing(), _happened.set(moment)
        try:
            yield doing
        finally:
            _happened.reset(token)
        if doing.answer is None:
            found.delete()
        else:
            found.answer = doing.answer
            found.save(update_fields=["answer"])


def _begun(who: str, key: str, digest: str, moment: Moment, at: datetime) -> Sending | dict[str, Any]:
    try:
        with transaction.atomic():
            return Sending.objects.create(who=who, key=key, digest=digest, occurred_at=moment.at, at=at)
    except IntegrityError:  # the same came twice at the same moment, and the other one was first and is done
        found = _kept(who, key, digest)
        if found is None:
            raise
        return found


def _kept(who: str, key: str, digest: str) -> dict[str, Any] | None:
    row = Sending.objects.filter(who=who, key=key).first()
    if row is None:
        return None
    if row.digest != digest:
        raise Refused("key_used_for_another_request", _("This was sent before with other content."), key=key)
    answer: dict[str, Any] = row.answer
    return answer


def happened_now() -> Moment:
    """For whoever writes a row inside of `done_once`: when it was really done."""
    return _happened.get() or NOW


def forget(*, at: datetime) -> int:
    """Removes keys that nothing can be sent under any more; how many."""
    return Sending.objects.filter(at__lt=at - REMEMBERED).delete()[0]
