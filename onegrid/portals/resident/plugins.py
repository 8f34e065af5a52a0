"""Ways of the residents' shell."""

from django.utils.translation import gettext_lazy as _

from onegrid.kit.ui import NAVIGATION, NavigationEntry


@NAVIGATION.register("resident_report")
class Report(NavigationEntry):
    label, url_name, icon, order, place = _("Report"), "resident:report", "camera", 10, "public"


@NAVIGATION.register("resident_follow")
class Follow(NavigationEntry):
    label, url_name, icon, order, place = _("Follow"), "resident:follow", "list-check", 20, "public"


@NAVIGATION.register("resident_map")
class Map(NavigationEntry):
    label, url_name, icon, order, place = _("Map"), "resident:map", "map", 30, "public"


@NAVIGATION.register("resident_who")
class Who(NavigationEntry):
    label, url_name, icon, order, place = _("Who answers"), "resident:who", "user", 40, "public"
