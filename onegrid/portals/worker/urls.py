"""Addresses of the worker's portal."""

from django.urls import path

from onegrid.portals.worker import duty, pages, patrols, phone, places, things, today, visits
from onegrid.portals.worker.emergency import emergency
from onegrid.portals.worker.outbox import kept_and_sent
from onegrid.portals.worker.record import record
from onegrid.portals.worker.reporting import report
from onegrid.portals.worker.scoring import score

app_name = "worker"
urlpatterns = [
    path("work/", today.today, name="tasks"),
    path("work/route/", today.route, name="route"),
    path("work/duty/", duty.duty, name="duty"),
    path("work/duty/on/", duty.sign_on, name="sign_on"),
    path("work/duty/off/", duty.sign_off, name="sign_off"),
    path("work/duty/position/", duty.position, name="position"),
    path("work/emergency/", emergency, name="emergency"),
    path("work/patrols/", patrols.places, name="patrols"),
    path("work/patrols/plans/", patrols.planning, name="patrol_plans"),
    path("work/patrols/places/", places.kept, name="patrol_places"),
    path("work/patrols/places/new/", places.new, name="patrol_place_new"),
    path("work/patrols/places/<int:place_id>/", places.one, name="patrol_place"),
    path("work/patrols/places/<int:place_id>/retire/", places.retire, name="patrol_place_retire"),
    path("work/patrols/places/<int:place_id>/take-up/", places.take_up, name="patrol_place_take_up"),
    path("work/patrols/<int:place_id>/", patrols.place, name="patrol"),
    path("work/patrols/done/<int:patrol_id>/", patrols.done, name="patrol_done"),
    path("work/patrols/photos/<int:photo_id>/", patrols.photo, name="patrol_photo"),
    path("work/things/", things.near, name="things"),
    path("work/things/<str:identifier>/", things.one, name="thing"),
    path("work/things/photos/<int:change_id>/", things.photo, name="thing_photo"),
    path("work/record/", record, name="record"),
    path("work/score/", score, name="score"),
    path("work/visits/", visits.households, name="visits"),
    path("work/visits/new/", visits.new_plan, name="visit_plan"),
    path("work/visits/<int:plan_id>/", visits.household, name="visit"),
    path("work/visits/<int:plan_id>/open/", visits.opened, name="visit_open"),
    path("work/visits/<int:plan_id>/end/", visits.end, name="visit_end"),
    path("work/report/", report, name="report"),
    path("work/outbox/", phone.outbox, name="outbox"),
    path("work/offline/", phone.offline, name="offline"),
    path("work/now/", phone.now, name="now"),
    path("work/sw.js", phone.service_worker, name="service_worker"),
    path("work/app.webmanifest", phone.manifest, name="manifest"),
    path("work/<str:number>/", pages.task, name="task"),
    path("work/<str:number>/photos/<int:evidence_id>/", pages.photo, name="photo"),
    path("work/<str:number>/<str:verb>/", pages.act, name="act"),
]
for _page in urlpatterns:  # whatever page comes to this portal, its forms may be sent from the outbox
    _page.callback = kept_and_sent(_page.callback)
