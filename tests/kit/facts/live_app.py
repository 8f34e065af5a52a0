"""The live process with the facts, and a piece, of the tests in it."""

from collections.abc import Hashable
from itertools import count

from django.utils.translation import get_language

import tests.kit.facts.lamps
from onegrid.config.live import application
from onegrid.kit.actors import Actor
from onegrid.kit.facts import hub, pieces, stream
from onegrid.kit.facts.models import FactRow
from onegrid.kit.facts.plugins import PIECES, Piece

stream.HEARTBEAT, stream.RECHECK = 0.5, 0.6
hub.POLL = tests.kit.facts.lamps.LOOKS_BY_ITSELF
pieces.GATHER, pieces.PACE, pieces.AGAIN = 0.02, 0.1, 0.2
MADE = count(1)


@PIECES.register("lamps")
class Lamps(Piece):
    """Which making it is, in which language, and how many lamps were lit."""

    def sharing(self, viewer: Actor) -> Hashable | None:
        scope = viewer.scope("lamps.count")
        return scope if scope.reaches else None

    def make(self, viewer: Actor) -> str:
        lit = FactRow.objects.filter(kind="tests.LampLit").count()
        return f"{next(MADE)} {get_language()}\n{lit}"


__all__ = ["application", "tests"]
