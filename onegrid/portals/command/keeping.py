"""What many screens ask for is made once a second for all that see the same area in the same language.

A screen says how many milliseconds ago it heard of something (`heard`): whatever began to be made after that has it
in. Durations only, so no clock of a screen is trusted. Somebody who comes while it is being made gets the one before,
and is told when to ask again: no worker waits for another.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")

CALM = 5.0  # seconds something serves when nothing was heard
PACE = 1.0  # seconds: not made more often
BUSY_AGAIN = 0.15  # seconds until somebody asks again who came while it was being made
KEPT_MOST = 200


@dataclass
class _Slot(Generic[T]):
    making: Lock = field(default_factory=Lock)
    began: float = float("-inf")
    value: T | None = None


class Kept(Generic[T]):
    """`make` is called at most once in PACE seconds a key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._slots, self._lock = clock, OrderedDict[Hashable, _Slot[T]](), Lock()

    def forget(self) -> None:
        with self._lock:
            self._slots.clear()

    def get(self, key: Hashable, heard: float | None, make: Callable[[], T]) -> tuple[T, float]:
        """The value, and in how many seconds to ask again for what was heard (0: it is in)."""
        slot = self._slot(key)
        now = self._clock()
        age = now - slot.began
        if slot.value is not None:
            if age <= (CALM if heard is None else heard):
                return slot.value, 0.0
            if age < PACE:
                return slot.value, PACE - age if heard is not None else 0.0
            if not slot.making.acquire(blocking=False):
                return slot.value, BUSY_AGAIN
        else:
            slot.making.acquire()
        try:
            if slot.began >= now and slot.value is not None:  # somebody made it while we waited
                return slot.value, 0.0
            began = self._clock()
            value = make()
            slot.value, slot.began = value, began
            return value, 0.0
        finally:
            slot.making.release()

    def _slot(self, key: Hashable) -> _Slot[T]:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            while len(self._slots) > KEPT_MOST:
                self._slots.popitem(last=False)
            return slot
