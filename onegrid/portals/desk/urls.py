"""Addresses of the desk. The noun, not the portal, names them: notices link here for everybody who may see cases."""

from django.urls import include, path, re_path

from onegrid.portals.desk import changes as thing_changes
from onegrid.portals.desk import pages, queue
from onegrid.portals.desk.board import board, send, take_back
from onegrid.portals.desk.catalog import drafting, importing, ruling
from onegrid.portals.desk.catalog import pages as catalog
from onegrid.portals.desk.contact import contact
from onegrid.portals.desk.helping import release_helper
from onegrid.portals.desk.merging import merge, unmerge
from onegrid.portals.desk.offers import offers
from onegrid.portals.desk.positions import on_duty
from onegrid.portals.desk.reporting import live, new
from onegrid.portals.desk.ticket import many, ticket
from onegrid.portals.desk.together import together
from onegrid.portals.desk.ways import way

app_name = "desk"
urlpatterns = [
    path("catalog/", catalog.classes, name="catalog"),
    path("catalog/classes/<int:class_id>/", catalog.one_class, name="catalog_class"),
    path("catalog/classes/<int:class_id>/edit/", drafting.edit_class, name="catalog_class_edit"),
    path("catalog/classes/<int:class_id>/remove/", drafting.remove_class, name="catalog_class_remove"),
    path("catalog/versions/<int:version_id>/", drafting.version, name="catalog_version"),
    path("catalog/versions/<int:version_id>/start/", drafting.start, name="catalog_start"),
    path("catalog/versions/<int:version_id>/add/", drafting.add_class, name="catalog_class_add"),
    path("catalog/versions/<int:version_id>/limits/", drafting.limits, name="catalog_limits"),
    path("catalog/versions/<int:version_id>/publish/", drafting.publish, name="catalog_publish"),
    path("catalog/versions/<int:version_id>/discard/", drafting.discard, name="catalog_discard"),
    path("catalog/versions/<int:version_id>/export/", importing.export, name="catalog_export"),
    path("catalog/imports/", importing.imports, name="catalog_imports"),
    path("catalog/imports/<int:import_id>/", importing.one_import, name="catalog_import"),
    path("catalog/imports/<int:import_id>/take/", importing.take, name="catalog_import_take"),
    path("catalog/imports/<int:import_id>/discard/", importing.discard, name="catalog_import_discard"),
    path("catalog/rules/", ruling.rules, name="catalog_rules"),
    path("catalog/rules/new/", ruling.new_rule, name="catalog_rule_new"),
    path("catalog/rules/publish/", ruling.publish_rules, name="catalog_rules_publish"),
    path("catalog/rules/drafts/<int:draft_id>/", ruling.one_rule_draft, name="catalog_rule_draft"),
    path("catalog/rules/drafts/<int:draft_id>/discard/", ruling.discard_rule, name="catalog_rule_discard"),
    path("catalog/why/", catalog.why, name="catalog_why"),
    path("people/on-duty/", on_duty, name="on_duty"),
    path("things/changes/", thing_changes.changes, name="thing_changes"),
    path("things/changes/<int:change_id>/", thing_changes.decide, name="thing_change_decide"),
    path("things/changes/<int:change_id>/photo/", thing_changes.photo, name="thing_change_photo"),
    path("hall/", include("onegrid.portals.desk.hall.urls")),
    path("whistles/", include("onegrid.portals.desk.whistles.urls")),
    path("", include("onegrid.portals.desk.scores.urls")),
    path("paths/", include("onegrid.portals.desk.paths.urls")),
    path("cases/new/", new, name="new"),
    path("cases/new/live/", live, name="new_live"),
    path("cases/", queue.queue, name="queue"),
    re_path("^cases/export[.](?P<form>csv|xlsx)$", queue.export, name="export"),
    path("cases/together/", together, name="together"),
    path("cases/offers/", offers, name="offers"),
    path("cases/board/", board, name="board"),
    path("cases/board/send/", send, name="board_send"),
    path("cases/board/back/", take_back, name="board_back"),
    path("cases/tickets/", many, name="tickets"),
    path("cases/saved/", queue.save, name="save_filter"),
    path("cases/saved/<int:filter_id>/", queue.change, name="change_filter"),
    path("cases/<str:number>/", pages.case, name="case"),
    path("cases/<str:number>/photos/<int:evidence_id>/", pages.photo, name="photo"),
    path("cases/<str:number>/contact/", contact, name="contact"),
    path("cases/<str:number>/ticket/", ticket, name="ticket"),
    path("cases/<str:number>/beside/", pages.beside, name="beside"),
    re_path("^cases/(?P<number>[^/]+)/(?P<way>next|back)/$", way, name="way"),
    path("cases/<str:number>/release-helper/", release_helper, name="release_helper"),
    path("cases/<str:number>/merge/", merge, name="merge"),
    path("cases/<str:number>/unmerge/", unmerge, name="unmerge"),
    path("cases/<str:number>/<str:verb>/", pages.act, name="act"),
]
