"""The worker's way in the shell, and on the home page the number of tasks that wait."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import tasks_waiting
from onegrid.kit.ui import (
    HOME_FIGURES,
    NAVIGATION,
    PAGE_PARTS,
    Figure,
    HomeFigures,
    NavigationEntry,
    PagePart,
)


@NAVIGATION.register("worker_tasks")
class Tasks(NavigationEntry):
    label, url_name, icon, permission, order = _("Today"), "worker:tasks", "list-check", "cases.verify", 20

    def count(self, request: HttpRequest) -> int:
        return tasks_waiting(worker=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("worker_report")
class Report(NavigationEntry):
    label, url_name, icon, order = _("Report"), "worker:report", "camera", 22
    permission = ("cases.report", "cases.verify")


@NAVIGATION.register("worker_patrols")
class Patrols(NavigationEntry):
    label, url_name, icon, order = _("Patrols"), "worker:patrols", "clipboard-list", 24
    permission = "patrols.see"


@NAVIGATION.register("worker_visits")
class Visits(NavigationEntry):
    label, url_name, icon, order = _("Visits"), "worker:visits", "users", 26
    permission = "visits.do"


@NAVIGATION.register("worker_things")
class Things(NavigationEntry):
    label, url_name, icon, order = _("Near me"), "worker:things", "map-pin", 27
    permission = "things.propose"


@NAVIGATION.register("worker_record")
class Record(NavigationEntry):
    label, url_name, icon, order = _("My record"), "worker:record", "chart-bar", 28
    permission = "duties.sign_on"


@HOME_FIGURES.register("tasks_on_site")
class TasksOnSite(HomeFigures):
    order = 10

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        user = request.user
        if not isinstance(user, User) or not user.scope("cases.verify").reaches:
            return []
        waiting = tasks_waiting(worker=user)
        return [Figure(_("My tasks"), str(waiting), reverse("worker:tasks"), mine=waiting > 0)]


@PAGE_PARTS.register("worker_outbox")
class Outbox(PagePart):
    """The outbox on every page of this portal, whatever template it is made of."""

    head, strip = "worker/app_head.html", "worker/work_state.html"

    def is_on(self, request: HttpRequest) -> bool:
        here = request.resolver_match
        return here is not None and here.namespace == "worker" and request.user.is_authenticated
