"""Addresses of whistles, inside the desk's."""

from django.urls import path

from onegrid.portals.desk.whistles import blowing, deeds, kinds, onsite, pages

urlpatterns = [
    path("", pages.whistle_list, name="whistles"),
    path("rates/", pages.rates, name="whistle_rates"),
    path("new/", blowing.new, name="whistle_new"),
    path("kinds/", kinds.editions, name="whistle_kinds"),
    path("kinds/start/", kinds.start, name="whistle_kinds_start"),
    path("kinds/<int:edition_id>/", kinds.edition, name="whistle_edition"),
    path("kinds/<int:edition_id>/publish/", kinds.publish, name="whistle_kinds_publish"),
    path("kinds/<int:edition_id>/discard/", kinds.discard, name="whistle_kinds_discard"),
    path("kinds/<int:edition_id>/new/", kinds.one_kind, name="whistle_kind_new"),
    path("kinds/<int:edition_id>/kind/<slug:code>/", kinds.one_kind, name="whistle_kind"),
    path("kinds/<int:edition_id>/kind/<slug:code>/drop/", kinds.drop, name="whistle_kind_drop"),
    path("<str:number>/", pages.whistle, name="whistle"),
    path("<str:number>/code/", onsite.code, name="whistle_code"),
    path("<str:number>/in/", onsite.scanned, name="whistle_in"),
    path("<str:number>/tasks/<int:task_id>/", deeds.task, name="whistle_task"),
    path("<str:number>/calls/<int:call_id>/photo/", onsite.photo, name="whistle_photo"),
    path("<str:number>/calls/<int:call_id>/<str:deed>/", deeds.on_call, name="whistle_call"),
    path("<str:number>/<str:deed>/", deeds.on_whistle, name="whistle_act"),
]
