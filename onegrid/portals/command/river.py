"""The river of today: six steps in their order, how often each was taken, and what waits before the next."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.queries.loop import MOST
from onegrid.cases.flow.rules import State, Verb


@dataclass(frozen=True)
class Reach:
    """One step: the verbs that count as it, and the states in which cases wait behind it."""

    code: str
    label: str | Promise
    waits: str | Promise
    verbs: tuple[Verb, ...]
    states: tuple[State, ...]


RIVER = (
    Reach(
        "reported",
        _("Reported"),
        _("to be verified and filed"),
        (Verb.OPEN,),
        (State.REPORTED, State.VERIFIED),
    ),
    Reach("filed", _("Filed"), _("to be dispatched"), (Verb.FILE,), (State.FILED,)),
    Reach("dispatched", _("Dispatched"), _("being handled"), (Verb.DISPATCH,), (State.DISPATCHED,)),
    # what a worker settles on the spot is handled without a dispatch
    Reach("handled", _("Handled"), _("to be checked"), (Verb.HANDLE, Verb.SETTLE), (State.HANDLED,)),
    Reach("checked", _("Result checked"), _("to be closed"), (Verb.CHECK,), (State.CHECKED,)),
    Reach("closed", _("Closed"), "", (Verb.CLOSE,), ()),
)
BACK = (Verb.RETURN, Verb.REWORK, Verb.REOPEN)


@dataclass(frozen=True)
class Flowing:
    """`done`: how often the step was taken today; `waiting`: counted up to a cap. As drawn, both in percent of the
    widest reach: `done_wide`, then `waiting_wide`."""

    reach: Reach
    done: int
    waiting: int
    done_wide: int
    waiting_wide: int

    @property
    def waiting_shown(self) -> str:
        return capped(self.waiting)


def flowing(steps: Mapping[str, int], waiting: Mapping[State, int]) -> list[Flowing]:
    """One scale for all reaches, so that a jam is seen where it is."""
    counts = [
        (
            reach,
            sum(steps.get(verb.value, 0) for verb in reach.verbs),
            sum(waiting.get(state, 0) for state in reach.states),
        )
        for reach in RIVER
    ]
    widest = max(1, *(done + waits for _reach, done, waits in counts))
    return [
        Flowing(reach, done, waits, wide(done, widest), wide(waits, widest)) for reach, done, waits in counts
    ]


def wide(count: int, widest: int) -> int:
    """In percent; what is there at all is seen."""
    return max(1, 100 * count // widest) if count else 0


def went_back(steps: Mapping[str, int]) -> int:
    return sum(steps.get(verb.value, 0) for verb in BACK)


def capped(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)
