"""The desk's way in the shell."""

from django.utils.translation import gettext_lazy as _

from onegrid.kit.ui import NAVIGATION, NavigationEntry


@NAVIGATION.register("desk_queue")
class Queue(NavigationEntry):
    label, url_name, icon, permission, order = _("Cases"), "desk:queue", "inbox", "cases.see", 30
