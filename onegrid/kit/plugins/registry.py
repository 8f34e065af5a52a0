"""A named set of implementations of one base class."""

from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.metadata import entry_points
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """`group` names the plug-in point and the entry-point group `onegrid.<group>` of outside packages."""

    every: list["Registry"] = []

    def __init__(self, group: str, kind: type[T], meaning: str) -> None:
        self.group = group
        self.kind = kind
        self.meaning = meaning
        self._own: dict[str, T] = {}
        Registry.every.append(self)

    def register(self, key: str) -> Callable[[type[T]], type[T]]:
        """Class decorator: one instance under `key`. A key given twice is a programming error."""

        def enter(implementation: type[T]) -> type[T]:
            if key in self._own:
                raise ValueError(f"{self.group}: {key} is registered twice")
            self._own[key] = implementation()
            return implementation

        return enter

    @cached_property
    def _outside(self) -> dict[str, T]:
        return {entry.name: entry.load()() for entry in entry_points(group=f"onegrid.{self.group}")}

    def get(self, key: str) -> T | None:
        return self._own.get(key) or self._outside.get(key)

    def keys(self) -> list[str]:
        return sorted({*self._own, *self._outside})

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return ((key, self.get(key)) for key in self.keys())  # type: ignore[misc]  # keys() lists only what get() finds
