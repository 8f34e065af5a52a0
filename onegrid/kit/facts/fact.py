"""A fact: something that has happened, in the past tense, as ids and plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

import msgspec

FACTS: dict[str, type["Fact"]] = {}  # "<room>.<Class>" -> class


@dataclass(frozen=True)
class Fact:
    """Subclass it in a noun's facts.py as a frozen dataclass; that registers it as "<room>.<Class>".

    A field added later needs a default: rows written before do not have it. `seen_with` is the permission code
    with which live screens may show the fact; None keeps it off every screen. A fact for one person's screens alone
    names that person in `seen_only_by` and is `personal`; no permission is asked then.
    """

    seen_with: ClassVar[str | None] = None
    personal: ClassVar[bool] = False
    kind: ClassVar[str]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.kind = f"{_room(cls.__module__)}.{cls.__name__}"
        other = FACTS.get(cls.kind)
        if other is not None and (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"fact {cls.kind} is declared in {other.__module__} and in {cls.__module__}")
        FACTS[cls.kind] = cls

    def seen_only_by(self) -> str:
        """Of a personal fact: the actor key of the person it is for."""
        raise NotImplementedError


def seen_only_by(kind: str, payload: str) -> str | None:
    """The actor key of the one person whose screens may show it; None: all whom the permission lets."""
    if not FACTS[kind].personal:
        return None
    return fact_of(kind, payload).seen_only_by()


class Heard(NamedTuple):
    """A fact as a listener gets it. `id` grows in the order in which facts about one locked row happened.

    `path` and `org_id` are the area and organisation it was announced with; `at` is when.
    """

    fact: Any
    id: int
    at: datetime
    path: str | None = None
    org_id: int | None = None


def payload_of(fact: Fact) -> str:
    """The fact's fields as a JSON object. TypeError when a field is neither a plain value nor a list of them."""
    if "__dataclass_params__" not in type(fact).__dict__:
        raise TypeError(f"{type(fact).__name__} lacks @dataclass(frozen=True)")
    return msgspec.json.encode(fact).decode()


def fact_of(kind: str, payload: str) -> Fact:
    """The fact in a row. KeyError for a kind nobody declares, msgspec.ValidationError when fields do not fit."""
    return msgspec.json.decode(payload, type=FACTS[kind])


def _room(module: str) -> str:
    """onegrid.cases.flow.facts -> cases; an outside package gives its own name."""
    first, *rest = module.split(".")
    return rest[0] if first == "onegrid" and rest else first
