"""The property firm's way in the shell."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.repairs.queries import waiting
from onegrid.kit.ui import HOME_FIGURES, NAVIGATION, Figure, HomeFigures, NavigationEntry


@NAVIGATION.register("property_compounds")
class Compounds(NavigationEntry):
    """For firms and communities; others reach a compound from their own pages."""

    label, url_name, icon, order = _("Housing"), "property:compounds", "building", 25
    permission = ("compounds.see", "cuts.write")


@NAVIGATION.register("property_repairs")
class Repairs(NavigationEntry):
    """For the firm's own people; others see the same cases in their queue."""

    label, url_name, icon, order = _("Repairs"), "property:repairs", "tools", 24
    permission = ("facilities.keep", "cases.handle")

    def count(self, request: HttpRequest) -> int:
        return waiting(request.user) if isinstance(request.user, User) else 0


@HOME_FIGURES.register("repairs_waiting")
class RepairsWaiting(HomeFigures):
    """How many the firm has in hand."""

    order = 15

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        user = request.user
        if not isinstance(user, User) or not user.scope("facilities.keep").reaches:
            return []
        count = waiting(user)
        return [Figure(_("Repairs in hand"), str(count), reverse("property:repairs"), mine=count > 0)]
