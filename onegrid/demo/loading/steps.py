"""How a long load says where it is."""

from collections.abc import Callable
from typing import Protocol

from onegrid.kit.actors import SystemActor

BY = SystemActor("demo")

Progress = Callable[[int], None]


class Steps(Protocol):
    def step(self, name: str, total: int) -> Progress:
        """A new step of `total` rows begins; what it returns is told how many are done."""
        ...


class Silent:
    """For tests and callers who do not look."""

    def step(self, name: str, total: int) -> Progress:
        return lambda done: None
