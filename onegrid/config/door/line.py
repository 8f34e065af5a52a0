"""The line at the door of one process: let in by kind and then by arrival, for a limited time."""

from collections import Counter, deque
from dataclasses import dataclass, field
from threading import Event, Lock

from onegrid.config.door.rules import Kind, may_enter, may_wait

URGENT_PATIENCE = 6  # times as long as others


@dataclass
class Waiting:
    """One thread that waits; `let_in` is set under the line's lock, `called` wakes it."""

    let_in: bool = False
    called: Event = field(default_factory=Event)


class Line:
    """`queue`: how many may wait. `seconds`: how long at most; an urgent one waits six times as long."""

    def __init__(self, queue: int, seconds: float) -> None:
        self.queue, self.seconds = queue, seconds
        self.turned_away: Counter[Kind] = Counter()
        self._inside: Counter[Kind] = Counter()
        self._waiting: dict[Kind, deque[Waiting]] = {kind: deque() for kind in Kind}
        self._lock = Lock()

    def enter(self, kind: Kind) -> bool:
        """True: come in, and `leave` afterwards. False: come back later."""
        with self._lock:
            if may_enter(kind, self._inside):
                self._inside[kind] += 1
                return True
            if not may_wait(kind, sum(map(len, self._waiting.values())), self.queue):
                self.turned_away[kind] += 1
                return False
            me = Waiting()
            self._waiting[kind].append(me)
        me.called.wait(self.seconds * (URGENT_PATIENCE if kind is Kind.URGENT else 1))
        with self._lock:
            if not me.let_in:
                self._waiting[kind].remove(me)
                self.turned_away[kind] += 1
            return me.let_in

    def leave(self, kind: Kind) -> None:
        with self._lock:
            self._inside[kind] -= 1
            for next_kind in Kind:
                self._call(next_kind)

    def _call(self, kind: Kind) -> None:
        line = self._waiting[kind]
        while line and may_enter(kind, self._inside):
            self._inside[kind] += 1
            first = line.popleft()
            first.let_in = True
            first.called.set()
