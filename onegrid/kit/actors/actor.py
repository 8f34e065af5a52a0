"""The face that every doer shows to the rooms below accounts."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors.scope import EVERYTHING, Scope
from onegrid.kit.errors import NotAllowed, NotFound


@runtime_checkable
class Actor(Protocol):
    """`actor_key` such as "user:12" or "system:relay"; `actor_label` is the name that history shows."""

    @property
    def actor_key(self) -> str: ...

    @property
    def actor_label(self) -> str: ...

    def scope(self, what: str) -> Scope:
        """How far this actor may do or see `what` (a permission code such as "areas.import")."""
        ...


@dataclass(frozen=True)
class SystemActor:
    """A process of ours: the demo loader, a listener, an import run from the console."""

    name: str

    @property
    def actor_key(self) -> str:
        return f"system:{self.name}"

    @property
    def actor_label(self) -> str:
        return self.name

    def scope(self, what: str) -> Scope:
        return EVERYTHING


def require(actor: Actor, what: str, *, path: str | None = None, org_id: int | None = None) -> None:
    """Raises NotAllowed when the actor may do `what` nowhere, NotFound when only elsewhere.

    The difference keeps the other street's records unknown: a worker of street A learns nothing about B.
    """
    scope = actor.scope(what)
    if not scope.reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=what)
    if not scope.covers(path, org_id):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
