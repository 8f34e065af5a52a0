"""Addresses of the property firm's portal."""

from django.urls import path

from onegrid.portals.property import cuts, facilities, owners, pages, repairs

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
    path("property/compounds/<int:compound_id>/owners/", owners.owners, name="owners"),
    path("property/compounds/<int:compound_id>/owners/new/", owners.new_committee, name="committee_new"),
    path("property/committees/<int:committee_id>/members/", owners.add_member, name="member_add"),
    path("property/members/<int:member_id>/end/", owners.end_member, name="member_end"),
    path("property/members/<int:member_id>/contact/", owners.contact, name="member_contact"),
    path("property/compounds/<int:compound_id>/votes/new/", owners.new_vote, name="vote_new"),
    path("property/votes/<int:vote_id>/", owners.vote, name="vote"),
    path("property/votes/<int:vote_id>/ballots/<int:voice_id>/", owners.enter, name="ballot_enter"),
    path("property/votes/<int:vote_id>/codes/", owners.codes, name="vote_codes"),
    path("property/votes/<int:vote_id>/cancel/", owners.cancel, name="vote_cancel"),
    path("property/votes/<int:vote_id>/<str:verb>/", owners.step, name="vote_step"),
]
