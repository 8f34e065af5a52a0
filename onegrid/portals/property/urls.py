"""Addresses of the property firm's portal."""

from django.urls import path

from onegrid.portals.property import pages

app_name = "property"
urlpatterns = [
    path("property/", pages.compound_list, name="compounds"),
    path("property/compounds/<int:compound_id>/", pages.compound, name="compound"),
]
