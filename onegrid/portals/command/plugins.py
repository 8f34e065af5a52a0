"""The screen's way in the shell, and its figures over the stream."""

from collections.abc import Hashable

from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.kit.actors import Actor
from onegrid.kit.facts.plugins import PIECES, Piece
from onegrid.kit.ui import NAVIGATION, NavigationEntry
from onegrid.portals.command import parts
from onegrid.portals.command.access import PIECE, SEE


@NAVIGATION.register("command")
class CommandScreen(NavigationEntry):
    label, url_name, icon, permission, order = _("Command screen"), "command:screen", "layout-grid", SEE, 34


@PIECES.register(PIECE)
class Figures(Piece):
    """All parts of the screen, the same for all who see the same area."""

    def sharing(self, viewer: Actor) -> Hashable | None:
        return parts.seen_alike(viewer) if isinstance(viewer, User) and viewer.scope(SEE).reaches else None

    def make(self, viewer: Actor) -> str:
        assert isinstance(viewer, User)
        return parts.rendered(viewer)
