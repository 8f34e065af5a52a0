"""Addresses of the property firm's portal."""

from django.urls import path

from onegrid.portals.property import cuts, facilities, pages, repairs

app_name = "property"
urlpatterns = [
    path("property/", pages.compound_list, name="compounds"),
    path("property/compounds/<int:compound_id>/", pages.compound, name="compound"),
    path("property/compounds/<int:compound_id>/facilities/", facilities.facility_list, name="facilities"),
    path("property/compounds/<int:compound_id>/facilities/new/", facilities.new, name="facility_new"),
    path("property/facilities/<int:facility_id>/", facilities.facility, name="facility"),
    path("property/facilities/<int:facility_id>/take-down/", facilities.take_down, name="facility_take_down"),
    path("property/facilities/<int:facility_id>/case/", facilities.overdue_case, name="facility_case"),
    path("property/records/<int:record_id>/file/", facilities.record_file, name="record_file"),
    path("property/compounds/<int:compound_id>/cuts/", cuts.cut_list, name="cuts"),
    path("property/compounds/<int:compound_id>/cuts/new/", cuts.new, name="cut_new"),
    path("property/cuts/<int:cut_id>/", cuts.cut, name="cut"),
    path("property/cuts/<int:cut_id>/<str:verb>/", cuts.act, name="cut_act"),
    path("property/repairs/", repairs.repair_list, name="repairs"),
    path("property/repairs/<str:number>/", repairs.repair, name="repair"),
    path("property/repairs/<str:number>/<str:step>/", repairs.act, name="repair_act"),
]
