"""Addresses of the command screen."""

from django.urls import path

from onegrid.portals.command import deeds, people, replay, screen, whistles

app_name = "command"
urlpatterns = [
    path("command/", screen.screen, name="screen"),
    path("command/now/", screen.now, name="now"),
    path("command/points/", screen.points, name="points"),
    path("command/people/", people.people, name="people"),
    path("command/replay/", replay.replay, name="replay"),
    path("command/cases/<str:number>/", deeds.case, name="case"),
    path("command/whistles/<str:number>/", whistles.whistle, name="whistle"),
    path("command/cases/<str:number>/blow/", whistles.blow, name="blow"),
    path("command/cases/<str:number>/<str:verb>/", deeds.act, name="act"),
]
