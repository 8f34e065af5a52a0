"""Addresses of the desk. The noun, not the portal, names them: notices link here for everybody who may see cases."""

from django.urls import path

from onegrid.portals.desk import pages, queue
from onegrid.portals.desk.catalog import pages as catalog
from onegrid.portals.desk.contact import contact
from onegrid.portals.desk.merging import merge, unmerge
from onegrid.portals.desk.reporting import new

app_name = "desk"
urlpatterns = [
    path("catalog/", catalog.classes, name="catalog"),
    path("catalog/classes/<int:class_id>/", catalog.one_class, name="catalog_class"),
    path("catalog/why/", catalog.why, name="catalog_why"),
    path("cases/new/", new, name="new"),
    path("cases/", queue.queue, name="queue"),
    path("cases/saved/", queue.save, name="save_filter"),
    path("cases/saved/<int:filter_id>/", queue.change, name="change_filter"),
    path("cases/<str:number>/", pages.case, name="case"),
    path("cases/<str:number>/photos/<int:evidence_id>/", pages.photo, name="photo"),
    path("cases/<str:number>/contact/", contact, name="contact"),
    path("cases/<str:number>/merge/", merge, name="merge"),
    path("cases/<str:number>/unmerge/", unmerge, name="unmerge"),
    path("cases/<str:number>/<str:verb>/", pages.act, name="act"),
]
