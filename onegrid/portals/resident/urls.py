"""Addresses of the residents' portal; it stands at the root, because residents type the bare name."""

from django.urls import path

from onegrid.portals.resident import cuts, own, pages, suggesting, things, voting
from onegrid.portals.resident.hall import asking
from onegrid.portals.resident.hall import pages as hall
from onegrid.portals.resident.map import pages as map_pages
from onegrid.portals.resident.map.near import near
from onegrid.portals.resident.mine import held
from onegrid.portals.resident.mine import pages as mine

app_name = "resident"
urlpatterns = [
    path("", pages.home, name="home"),
    path("report/", pages.report, name="report"),
    path("report/kinds/", suggesting.kinds, name="report_kinds"),
    path("report/places/", suggesting.places, name="report_places"),
    path("follow/", pages.follow, name="follow"),
    path("follow/<str:number>/<str:code>/", pages.case, name="case"),
    path("follow/<str:number>/<str:code>/withdraw/", own.withdraw, name="withdraw"),
    path("follow/<str:number>/<str:code>/rate/", own.rate, name="rate"),
    path("follow/<str:number>/<str:code>/leave/", own.leave, name="leave"),
    path("follow/<str:number>/<str:code>/note/", own.note, name="note"),
    path("follow/<str:number>/<str:code>/receipt/", pages.receipt, name="receipt"),
    path("follow/<str:number>/<str:code>/receipt.png", pages.receipt_picture, name="receipt_picture"),
    path("follow/<str:number>/<str:code>/photos/<int:evidence_id>/", pages.photo, name="photo"),
    path("notices/", hall.bulletins, name="bulletins"),
    path("notices/<int:bulletin_id>/", hall.bulletin, name="bulletin"),
    path("activities/", hall.activities, name="activities"),
    path("activities/<int:activity_id>/", hall.activity, name="activity"),
    path("activities/mine/<str:code>/", hall.own_place, name="own_place"),
    path("answers/", asking.answers, name="answers"),
    path("answers/<int:answer_id>/", asking.answer, name="answer"),
    path("ask/", asking.ask, name="ask"),
    path("ask/<str:code>/", asking.own_question, name="own_question"),
    path("mine/", mine.mine, name="mine"),
    path("mine/sign-in/", mine.sign_in, name="sign_in"),
    path("mine/code/", mine.code, name="sign_in_code"),
    path("mine/data/", held.data, name="data"),
    path("mine/data/correct/", held.correct, name="data_correct"),
    path("mine/data/delete/", held.delete, name="data_delete"),
    path("mine/leave/", mine.leave, name="sign_out"),
    path("near/", near, name="near"),
    path("map/", map_pages.public_map, name="map"),
    path("map/areas/<int:area_id>/card", map_pages.card, name="map_card"),
    path("who/", pages.who, name="who"),
    path("who/<int:area_id>/portrait/", pages.portrait, name="portrait"),
    path("t/<str:code>/", things.thing, name="thing"),
    path("vote/done/", voting.voted, name="voted"),
    path("vote/<str:code>/", voting.ballot, name="ballot"),
    path("cuts/<int:cut_id>/", cuts.cut, name="cut"),
]
