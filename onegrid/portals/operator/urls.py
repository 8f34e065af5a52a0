"""Addresses of the operators' portal."""

from django.urls import path

from onegrid.portals.operator.areas import pages as areas
from onegrid.portals.operator.clients import pages as clients
from onegrid.portals.operator.gallery.pages import gallery
from onegrid.portals.operator.orgs import pages as orgs
from onegrid.portals.operator.outbox.pages import outbox_page

app_name = "operator"
urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("operator/outbox/", outbox_page, name="outbox"),
    path("operator/areas/", areas.imports, name="areas_imports"),
    path("operator/areas/<int:draft_id>/", areas.one_import, name="areas_import"),
    path("operator/areas/<int:draft_id>/confirm/", areas.confirm, name="areas_confirm"),
    path("operator/areas/<int:draft_id>/discard/", areas.discard, name="areas_discard"),
    path("operator/areas/<int:draft_id>/progress/", areas.progress, name="areas_progress"),
    path("operator/orgs/", orgs.org_list, name="orgs"),
    path("operator/orgs/export/", orgs.export, name="orgs_export"),
    path("operator/orgs/open/", orgs.open_org, name="org_open"),
    path("operator/orgs/<int:org_id>/", orgs.one_org, name="org"),
    path("operator/orgs/<int:org_id>/change/", orgs.change_org, name="org_change"),
    path("operator/orgs/<int:org_id>/move/", orgs.move_org, name="org_move"),
    path("operator/orgs/<int:org_id>/close/", orgs.close_org, name="org_close"),
    path("operator/orgs/<int:org_id>/reopen/", orgs.reopen_org, name="org_reopen"),
    path("operator/clients/", clients.client_list, name="clients"),
    path("operator/clients/<int:client_id>/rotate/", clients.rotate, name="clients_rotate"),
    path("operator/clients/<int:client_id>/revoke/", clients.revoke, name="clients_revoke"),
]
