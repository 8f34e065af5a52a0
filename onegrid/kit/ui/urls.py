from django.urls import path

from onegrid.kit.ui import pages

app_name = "ui"
urlpatterns = [path("look/", pages.look, name="look")]
