"""Addresses of the operators' portal."""

from django.urls import path

from onegrid.portals.operator.addresses import pages as addresses
from onegrid.portals.operator.areas import pages as areas
from onegrid.portals.operator.areas import tree as forest
from onegrid.portals.operator.calendars import pages as calendars
from onegrid.portals.operator.clients import pages as clients
from onegrid.portals.operator.compounds import pages as compounds
from onegrid.portals.operator.connectors import pages as connectors
from onegrid.portals.operator.duties import pages as duties
from onegrid.portals.operator.firms import pages as firms
from onegrid.portals.operator.gallery.pages import gallery
from onegrid.portals.operator.health import pages as health
from onegrid.portals.operator.orgs import pages as orgs
from onegrid.portals.operator.outbox.pages import outbox_page
from onegrid.portals.operator.people import importing as staffing
from onegrid.portals.operator.people import keeping
from onegrid.portals.operator.people import pages as people
from onegrid.portals.operator.start.pages import start
from onegrid.portals.operator.things import pages as things

app_name = "operator"
urlpatterns = [
    path("gallery/", gallery, name="gallery"),
    path("operator/start/", start, name="start"),
    path("operator/health/", health.health, name="health"),
    path("operator/health/test-alert/", health.test_alert, name="health_test"),
    path("operator/outbox/", outbox_page, name="outbox"),
    path("operator/areas/", areas.imports, name="areas_imports"),
    path("operator/areas/<int:draft_id>/", areas.one_import, name="areas_import"),
    path("operator/areas/<int:draft_id>/confirm/", areas.confirm, name="areas_confirm"),
    path("operator/areas/<int:draft_id>/discard/", areas.discard, name="areas_discard"),
    path("operator/areas/<int:draft_id>/progress/", areas.progress, name="areas_progress"),
    path("operator/areas/tree/", forest.tree, name="area_tree"),
    path("operator/areas/tree/open/", forest.open_top, name="area_open_top"),
    path("operator/areas/tree/export/", forest.export, name="area_export"),
    path("operator/areas/tree/<int:area_id>/", forest.one_area, name="area"),
    path("operator/areas/tree/<int:area_id>/rename/", forest.rename, name="area_rename"),
    path("operator/areas/tree/<int:area_id>/open/", forest.open_below, name="area_open"),
    path("operator/areas/tree/<int:area_id>/close/", forest.close, name="area_close"),
    path("operator/areas/tree/<int:area_id>/reopen/", forest.reopen, name="area_reopen"),
    path("operator/addresses/", addresses.address_list, name="addresses"),
    path("operator/addresses/<int:address_id>/", addresses.one_address, name="address"),
    path("operator/addresses/<int:address_id>/rename/", addresses.rename, name="address_rename"),
    path("operator/addresses/<int:address_id>/open/", addresses.open_inside, name="address_open"),
    path("operator/addresses/<int:address_id>/close/", addresses.close, name="address_close"),
    path("operator/compounds/", compounds.compound_list, name="compounds"),
    path("operator/compounds/new/", compounds.new, name="compound_new"),
    path("operator/compounds/<int:compound_id>/", compounds.one, name="compound"),
    path("operator/compounds/<int:compound_id>/hand-over/", compounds.hand_over, name="compound_hand_over"),
    path("operator/buildings/<int:building_id>/doors/", compounds.doors, name="building_doors"),
    path("operator/firms/", firms.firm_list, name="firms"),
    path("operator/firms/new/", firms.new, name="firm_new"),
    path("operator/firms/<int:firm_id>/", firms.one, name="firm"),
    path("operator/firms/<int:firm_id>/close/", firms.close, name="firm_close"),
    path("operator/things/", things.thing_list, name="things"),
    path("operator/things/new/", things.new, name="thing_new"),
    path("operator/things/<str:identifier>/", things.one, name="thing"),
    path("operator/things/<str:identifier>/move/", things.move, name="thing_move"),
    path("operator/things/<str:identifier>/state/", things.status, name="thing_status"),
    path("operator/orgs/", orgs.org_list, name="orgs"),
    path("operator/orgs/export/", orgs.export, name="orgs_export"),
    path("operator/orgs/open/", orgs.open_org, name="org_open"),
    path("operator/orgs/<int:org_id>/", orgs.one_org, name="org"),
    path("operator/orgs/<int:org_id>/change/", orgs.change_org, name="org_change"),
    path("operator/orgs/<int:org_id>/move/", orgs.move_org, name="org_move"),
    path("operator/orgs/<int:org_id>/close/", orgs.close_org, name="org_close"),
    path("operator/orgs/<int:org_id>/reopen/", orgs.reopen_org, name="org_reopen"),
    path("operator/people/", people.people_list, name="people"),
    path("operator/people/export/", people.export, name="people_export"),
    path("operator/people/new/", people.new_person, name="person_new"),
    path("operator/people/import/", staffing.people_import, name="people_import"),
    path("operator/people/import/confirm/", staffing.people_confirm, name="people_confirm"),
    path("operator/people/import/template/", staffing.template, name="people_template"),
    path("operator/people/<int:user_id>/", people.one_person, name="person"),
    path("operator/people/<int:user_id>/name/", keeping.name, name="person_name"),
    path("operator/people/<int:user_id>/phone/", keeping.phone, name="person_phone"),
    path("operator/people/<int:user_id>/phone/show/", keeping.reveal, name="person_reveal"),
    path("operator/people/<int:user_id>/password/", keeping.password, name="person_password"),
    path("operator/people/<int:user_id>/lock/", keeping.lock, name="person_lock"),
    path("operator/people/<int:user_id>/unlock/", keeping.unlock, name="person_unlock"),
    path("operator/people/<int:user_id>/wait/", keeping.end_wait, name="person_end_wait"),
    path("operator/people/<int:user_id>/leave/", keeping.leave, name="person_leave"),
    path("operator/people/<int:user_id>/back/", keeping.take_back, name="person_back"),
    path("operator/people/<int:user_id>/post/", keeping.appoint, name="person_post"),
    path(
        "operator/people/<int:user_id>/post/<int:posting_id>/end/", keeping.end_post, name="person_post_end"
    ),
    path(
        "operator/people/<int:user_id>/post/<int:posting_id>/move/", keeping.transfer, name="person_transfer"
    ),
    path("operator/people/<int:user_id>/role/", keeping.grant, name="person_role"),
    path("operator/people/<int:user_id>/role/<int:grant_id>/end/", keeping.end_grant, name="person_role_end"),
    path("operator/duties/", duties.roster, name="duties"),
    path("operator/duties/export/", duties.export, name="duties_export"),
    path("operator/duties/areas/<int:area_id>/", duties.one_area, name="duty_area"),
    path("operator/duties/areas/<int:area_id>/assign/", duties.assign, name="duty_assign"),
    path("operator/duties/areas/<int:area_id>/copy/", duties.copy_day, name="duty_copy"),
    path("operator/duties/<int:duty_id>/hours/", duties.change, name="duty_hours"),
    path("operator/duties/<int:duty_id>/end/", duties.end, name="duty_end"),
    path("operator/duties/<int:duty_id>/hand-over/", duties.hand_over, name="duty_hand_over"),
    path("operator/duties/leaves/", duties.leaves, name="leaves"),
    path("operator/duties/leaves/new/", duties.new_leave, name="leave_new"),
    path("operator/duties/leaves/<int:leave_id>/cancel/", duties.cancel_leave, name="leave_cancel"),
    path("operator/calendar/", calendars.year, name="calendar"),
    path("operator/calendar/day/", calendars.new_day, name="calendar_day"),
    path("operator/calendar/day/drop/", calendars.drop_day, name="calendar_drop_day"),
    path("operator/calendar/hours/", calendars.new_hours, name="calendar_hours"),
    path("operator/calendar/hours/drop/", calendars.drop_hours, name="calendar_drop_hours"),
    path("operator/calendar/year/", calendars.new_year, name="calendar_year"),
    path("operator/calendar/load/", calendars.load, name="calendar_load"),
    path("operator/calendar/publish/", calendars.publish, name="calendar_publish"),
    path("operator/calendar/discard/", calendars.discard, name="calendar_discard"),
    path("operator/connectors/", connectors.system_list, name="connectors"),
    path("operator/connectors/new/", connectors.new_system, name="connector_new"),
    path("operator/connectors/dead/", connectors.dead_letters, name="connectors_dead"),
    path("operator/connectors/dead/<int:errand_id>/again/", connectors.send_again, name="connector_again"),
    path("operator/connectors/tickets/<int:ticket_id>/ask/", connectors.ask, name="connector_ask"),
    path("operator/connectors/<int:system_id>/", connectors.one_system, name="connector"),
    path("operator/connectors/<int:system_id>/log/", connectors.log, name="connector_log"),
    path("operator/connectors/<int:system_id>/change/", connectors.change_system, name="connector_change"),
    path("operator/connectors/<int:system_id>/rotate/", connectors.rotate, name="connector_rotate"),
    path("operator/connectors/<int:system_id>/switch/", connectors.switch, name="connector_switch"),
    path(
        "operator/connectors/<int:system_id>/keep-words/", connectors.keep_words, name="connector_keep_words"
    ),
    path("operator/connectors/<int:system_id>/try/", connectors.try_out, name="connector_try"),
    path("operator/clients/", clients.client_list, name="clients"),
    path("operator/clients/<int:client_id>/rotate/", clients.rotate, name="clients_rotate"),
    path("operator/clients/<int:client_id>/revoke/", clients.revoke, name="clients_revoke"),
    path("operator/clients/<int:client_id>/words/", clients.words, name="clients_words"),
]
