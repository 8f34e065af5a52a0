"""Addresses of whistles, inside the desk's."""

from django.urls import path

from onegrid.portals.desk.whistles import blowing, deeds, onsite, pages

urlpatterns = [
    path("", pages.whistle_list, name="whistles"),
    path("rates/", pages.rates, name="whistle_rates"),
    path("new/", blowing.new, name="whistle_new"),
    path("<str:number>/", pages.whistle, name="whistle"),
    path("<str:number>/code/", onsite.code, name="whistle_code"),
    path("<str:number>/in/", onsite.scanned, name="whistle_in"),
    path("<str:number>/tasks/<int:task_id>/", deeds.task, name="whistle_task"),
    path("<str:number>/calls/<int:call_id>/photo/", onsite.photo, name="whistle_photo"),
    path("<str:number>/calls/<int:call_id>/<str:deed>/", deeds.on_call, name="whistle_call"),
    path("<str:number>/<str:deed>/", deeds.on_whistle, name="whistle_act"),
]
