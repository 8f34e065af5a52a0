"""Addresses of what staff write for residents, inside the desk's."""

from django.urls import path, re_path

from onegrid.portals.desk.hall import asking, pages, privacy

urlpatterns = [
    path("questions/", asking.questions, name="hall_questions"),
    path("questions/<int:question_id>/", asking.question, name="hall_question"),
    path("questions/<int:question_id>/keep/", asking.keep, name="hall_keep"),
    path("activities/<int:activity_id>/people/", pages.people, name="hall_people"),
    path("activities/<int:activity_id>/call-off/", pages.call_off, name="hall_call_off"),
    path("data-requests/", privacy.data_requests, name="data_requests"),
    path("data-requests/<int:request_id>/", privacy.data_request, name="data_request"),
    path("<slug:kind>/", pages.sheets, name="hall_sheets"),
    path("<slug:kind>/new/", pages.new_sheet, name="hall_new"),
    path("<slug:kind>/<int:sheet_id>/", pages.one_sheet, name="hall_sheet"),
    re_path(
        "^(?P<kind>[a-z]+)/(?P<sheet_id>[0-9]{1,18})/(?P<verb>publish|withdraw)/$",
        pages.move_sheet,
        name="hall_move",
    ),
]
