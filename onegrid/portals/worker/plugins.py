"""The worker's way in the shell, with the number of tasks that wait."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import tasks_waiting
from onegrid.kit.ui import NAVIGATION, NavigationEntry


@NAVIGATION.register("worker_tasks")
class Tasks(NavigationEntry):
    label, url_name, icon, permission, order = _("My tasks"), "worker:tasks", "list-check", "cases.verify", 20

    def count(self, request: HttpRequest) -> int:
        return tasks_waiting(worker=request.user) if isinstance(request.user, User) else 0
