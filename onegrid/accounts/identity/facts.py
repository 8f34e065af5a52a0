"""What identity announces."""

from dataclasses import dataclass

from onegrid.kit.facts import Fact


@dataclass(frozen=True)
class UserLeft(Fact):
    """An account has lost every duty, grant and post; open work of this user needs a new hand."""

    user_id: int


@dataclass(frozen=True)
class RightsChanged(Fact):
    """A role was granted or ended; what was computed from the user's scope is stale."""

    user_id: int


@dataclass(frozen=True)
class UserLocked(Fact):
    """An account was locked for the time being: nobody signs in with it, and others answer meanwhile."""

    user_id: int
