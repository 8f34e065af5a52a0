"""The plug-in point "live_pieces"."""

from collections.abc import Hashable

from onegrid.kit.actors import Actor
from onegrid.kit.plugins import Registry


class Piece:
    """What many screens show alike, as HTML; made in the live process, where the reader's language is set."""

    def sharing(self, viewer: Actor) -> Hashable | None:
        """Equal for all who may see exactly the same; None for whoever may not see it."""
        raise NotImplementedError

    def make(self, viewer: Actor) -> str:
        """As it is now; the same for every viewer with the same `sharing`."""
        raise NotImplementedError


PIECES: Registry[Piece] = Registry(
    "live_pieces", Piece, "what the live process makes once for all screens that may see the same"
)
