"""Addresses of the operators' portal."""

from django.urls import path

from onegrid.portals.operator.gallery.pages import gallery

app_name = "operator"
urlpatterns = [
    path("gallery/", gallery, name="gallery"),
]
