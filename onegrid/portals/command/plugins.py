"""The screen's way in the shell."""

from django.utils.translation import gettext_lazy as _

from onegrid.kit.ui import NAVIGATION, NavigationEntry
from onegrid.portals.command.access import SEE


@NAVIGATION.register("command")
class CommandScreen(NavigationEntry):
    label, url_name, icon, permission, order = _("Command screen"), "command:screen", "layout-grid", SEE, 34
