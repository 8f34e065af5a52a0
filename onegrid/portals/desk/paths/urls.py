"""Addresses of path cases."""

from django.urls import path, re_path

from onegrid.portals.desk.paths import pages

urlpatterns = [
    path("", pages.paths, name="paths"),
    path("new/", pages.new, name="path_new"),
    path("<int:path_id>/", pages.path, name="path"),
    path("<int:path_id>/photos/<int:photo_id>/", pages.photo, name="path_photo"),
    re_path(
        "^(?P<path_id>[0-9]{1,18})/sections/(?P<section_id>[0-9]{1,18})/(?P<verb>show|work)/$",
        pages.section,
        name="path_section",
    ),
    path("<int:path_id>/vehicle/", pages.vehicle, name="path_vehicle"),
    path("<int:path_id>/<slug:verb>/", pages.act, name="path_act"),
]
