"""Ways into the operators' pages, and the first of them while nothing was reported yet."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.queries import EDIT
from onegrid.cases.flow.queries.opening import any_case
from onegrid.exchange.connectors import queries as connectors
from onegrid.exchange.openplatform import queries as openplatform
from onegrid.kit.ui import HOME_FIGURES, NAVIGATION, Figure, HomeFigures, NavigationEntry


@HOME_FIGURES.register("start")
class Start(HomeFigures):
    """To whoever looks after units, until the first matter is reported anywhere."""

    order = 5

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        user = request.user
        if not isinstance(user, User) or not user.scope(EDIT).reaches or any_case():
            return []
        return [Figure(_("Set up a street"), "→", reverse("operator:start"), mine=True)]


@HOME_FIGURES.register("purposes_owed")
class PurposesOwed(HomeFigures):
    """To whoever connects systems or applications, while one got people's words before and nobody has written what
    for. One query of each."""

    order = 6

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        user = request.user
        if not isinstance(user, User):
            return []
        owed = {
            "operator:connectors": connectors.purposes_owed(viewer=user),
            "operator:clients": openplatform.purposes_owed(viewer=user),
        }
        words = _("Purpose to be written")
        return [Figure(words, str(count), reverse(name), mine=True) for name, count in owed.items() if count]


@NAVIGATION.register("start")
class SetUp(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Set up a street"),
        "operator:start",
        "list-check",
        69,
        "orgs.edit",
    )


@NAVIGATION.register("area_imports")
class AreaImports(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Import areas"),
        "operator:areas_imports",
        "upload",
        80,
        "areas.import",
    )


@NAVIGATION.register("organisations")
class Organisations(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Units"),
        "operator:orgs",
        "building",
        70,
        "orgs.edit",
    )


@NAVIGATION.register("people")
class People(NavigationEntry):
    label, url_name, icon, order, permission = _("People"), "operator:people", "users", 71, "accounts.see"


@NAVIGATION.register("duties")
class Duties(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Duties"),
        "operator:duties",
        "shield-check",
        72,
        "duties.edit",
    )


@NAVIGATION.register("calendar")
class WorkingCalendar(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Calendar"),
        "operator:calendar",
        "calendar",
        73,
        "calendars.edit",
    )


@NAVIGATION.register("areas")
class Areas(NavigationEntry):
    label, url_name, icon, order, permission = _("Areas"), "operator:area_tree", "hexagons", 74, "areas.edit"


@NAVIGATION.register("addresses")
class Addresses(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Addresses"),
        "operator:addresses",
        "map-pin",
        75,
        "addresses.edit",
    )


@NAVIGATION.register("compounds_kept")
class CompoundsKept(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Compounds on record"),
        "operator:compounds",
        "building-community",
        76,
        "compounds.edit",
    )


@NAVIGATION.register("firms")
class Firms(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Shops and firms"),
        "operator:firms",
        "building-store",
        77,
        "establishments.edit",
    )


@NAVIGATION.register("things_kept")
class ThingsKept(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("City components"),
        "operator:things",
        "database",
        78,
        "things.edit",
    )


@NAVIGATION.register("outbox")
class Outbox(NavigationEntry):
    label, url_name, icon, order, permission = _("Outbox"), "operator:outbox", "mail", 90, "notices.outbox"


@NAVIGATION.register("clients")
class Clients(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("API keys"),
        "operator:clients",
        "key",
        85,
        "clients.edit",
    )


@NAVIGATION.register("health")
class Health(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Health"),
        "operator:health",
        "shield-check",
        91,
        "health.see",
    )


@NAVIGATION.register("connectors")
class OutsideSystems(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Outside systems"),
        "operator:connectors",
        "link",
        86,
        "connectors.edit",
    )
