"""Addresses of the worker's portal."""

from django.urls import path

from onegrid.portals.worker import pages
from onegrid.portals.worker.reporting import report

app_name = "worker"
urlpatterns = [
    path("work/", pages.tasks, name="tasks"),
    path("work/report/", report, name="report"),
    path("work/<str:number>/", pages.task, name="task"),
    path("work/<str:number>/photos/<int:evidence_id>/", pages.photo, name="photo"),
    path("work/<str:number>/<str:verb>/", pages.act, name="act"),
]
