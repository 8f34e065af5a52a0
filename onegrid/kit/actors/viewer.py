"""Whoever asks for a page, signed in or not, as an actor."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from onegrid.kit.actors.actor import Actor
from onegrid.kit.actors.scope import NOTHING, Scope


@dataclass(frozen=True)
class Visitor:
    """Somebody who has not signed in: sees what is public, and nothing by right."""

    actor_key: str = "visitor"
    actor_label: str = "visitor"

    def scope(self, what: str) -> Scope:
        return NOTHING


def viewer_of(request: HttpRequest) -> Actor:
    """The application behind the key of a JSON request, else the signed-in user, else a visitor.

    What a query takes as `viewer=`. `request.auth` is set by the JSON interface once it knows its caller. Only actors
    have a key; `isinstance` would look at everything that a protocol names, each time.
    """
    found: Any
    for found in (getattr(request, "auth", None), request.user):
        if hasattr(found, "actor_key"):
            return found
    return Visitor()
