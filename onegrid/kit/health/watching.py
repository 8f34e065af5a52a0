"""How the platform itself does: the plug-in point "watched", and one look at all of it for operators."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from onegrid.kit.health.figure import Figure
from onegrid.kit.plugins import Registry

logger = logging.getLogger(__name__)


class Tone(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


GRAVITY = [Tone.GOOD, Tone.WARN, Tone.BAD]


@dataclass(frozen=True)
class Reading:
    """One thing that was looked at: its name, what was found, and what helps when it is not good."""

    label: str
    value: str
    tone: Tone = Tone.GOOD
    advice: str = ""


class Watched:
    """One part of the platform. `readings` takes milliseconds, changes nothing, may raise: bad news too. `figures`:
    the same for programs (/metrics)."""

    title: object = ""  # words, perhaps lazy ones
    order = 50

    def readings(self) -> Iterator[Reading]:
        raise NotImplementedError

    def figures(self) -> Iterator[Figure]:
        return iter(())


WATCHED: Registry[Watched] = Registry("watched", Watched, "parts whose health the operators' page shows")


@dataclass(frozen=True)
class Part:
    """A part with its readings; `tone` is the worst of them."""

    name: str
    title: str
    readings: tuple[Reading, ...]

    @property
    def tone(self) -> Tone:
        return max((one.tone for one in self.readings), key=GRAVITY.index, default=Tone.GOOD)

    @property
    def troubles(self) -> tuple[Reading, ...]:
        return tuple(one for one in self.readings if one.tone != Tone.GOOD)


def look_at_all() -> list[Part]:
    """Every part now, in the order of their pages."""
    watched = sorted(WATCHED, key=lambda named: named[1].order)
    return [Part(name, str(one.title), _readings(name, one)) for name, one in watched]


def toned(value: float, *, warn: float, bad: float) -> Tone:
    """Good below `warn`, bad from `bad` on."""
    return Tone.BAD if value >= bad else Tone.WARN if value >= warn else Tone.GOOD


def _readings(name: str, one: Watched) -> tuple[Reading, ...]:
    try:
        return tuple(one.readings())
    except Exception as failure:  # whatever goes wrong while looking is what looking is for
        logger.warning("watched %s: %s", name, failure)
        advice = _("The log of the web process says more.")
        return (Reading(str(_("Could not be looked at")), type(failure).__name__, Tone.BAD, str(advice)),)
