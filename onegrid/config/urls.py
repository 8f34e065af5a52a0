"""Every address of the site: each portal and each JSON interface brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

from onegrid.config.api import api
from onegrid.exchange.open311.georeport import georeport

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("onegrid.kit.health.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("onegrid.kit.ui.urls")),
    path("api/v1/", api.urls),
    path("api/connectors/", include("onegrid.exchange.connectors.incoming")),
    path("open311/", georeport.urls),
    path("", include("onegrid.portals.staff.urls")),
    path("", include("onegrid.portals.operator.urls")),
    path("", include("onegrid.portals.oversee.urls")),
    path("", include("onegrid.portals.desk.urls")),
    path("", include("onegrid.portals.command.urls")),
    path("", include("onegrid.portals.property.urls")),
    path("", include("onegrid.portals.worker.urls")),
    path("", include("onegrid.portals.resident.urls")),
]
