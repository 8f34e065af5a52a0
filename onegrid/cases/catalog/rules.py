"""Which dispatch rule wins, and who is nearest. Pure."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Ruled(Protocol):
    """What choosing needs to know of a rule: its area ("" = everywhere), and one class or all."""

    class_code: str

    @property
    def area_path(self) -> str: ...


class Placed(Protocol):
    @property
    def area_path(self) -> str: ...


R = TypeVar("R", bound=Ruled)
P = TypeVar("P", bound=Placed)


def ancestors(path: str) -> list[int]:
    """Ids on the way from the root to the node, both included: "1.7.9." → [1, 7, 9]."""
    return [int(part) for part in path.split(".") if part]


def best_rule(rules: Iterable[R], *, class_code: str, path: str) -> R | None:
    """The rule of the deepest area around the place; in one area a rule for the single class beats the major's."""
    fitting = [
        rule for rule in rules if path.startswith(rule.area_path) and rule.class_code in ("", class_code)
    ]
    return max(
        fitting, key=lambda rule: (len(ancestors(rule.area_path)), rule.class_code != ""), default=None
    )


def nearest(places: Iterable[P], path: str) -> P | None:
    """What stands deepest on the way to `path`; the first of equals."""
    around = [place for place in places if path.startswith(place.area_path)]
    return max(around, key=lambda place: len(ancestors(place.area_path)), default=None)
