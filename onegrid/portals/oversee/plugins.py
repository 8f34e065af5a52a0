"""Supervision's ways in the shell, and what waits for somebody on the home page."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import PRESS
from onegrid.kit.ui import (
    HOME_FIGURES,
    HOME_PAGES,
    NAVIGATION,
    Figure,
    HomeFigures,
    HomePage,
    NavigationEntry,
)
from onegrid.oversight.supervision.access import REPLY, WRITE
from onegrid.oversight.supervision.queries.instructions import COUNTED_TO, Tab, waiting_for


@NAVIGATION.register("oversee_today")
class Supervision(NavigationEntry):
    """For those who may press."""

    label, url_name, icon, permission, order = _("Oversight"), "oversee:today", "eye", "cases.press", 15


@NAVIGATION.register("oversee_instructions")
class Instructions(NavigationEntry):
    """The count is of those that wait for the viewer: for his unit to sign and reply, or for himself to accept."""

    label, url_name, icon, order = _("Instructions"), "oversee:instructions", "pencil", 28
    permission = "instructions.see"

    def count(self, request: HttpRequest) -> int:
        user = request.user
        return waiting_for(viewer=user, at=timezone.now()) if isinstance(user, User) else 0


@HOME_FIGURES.register("instructions")
class InstructionsWaiting(HomeFigures):
    """Replies that my unit owes, or that wait for my word."""

    order = 16

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        user = request.user
        if not isinstance(user, User) or not (user.scope(REPLY).reaches or user.scope(WRITE).reaches):
            return []
        count = waiting_for(viewer=user, at=at)
        tab = f"?tab={Tab.REPLIED}" if user.scope(WRITE).reaches else "?mine=1"
        shown = f"{COUNTED_TO}+" if count > COUNTED_TO else str(count)
        return [
            Figure(_("Instructions waiting"), shown, reverse("oversee:instructions") + tab, mine=count > 0)
        ]


@HOME_PAGES.register("oversee")
class LeadersBeginHere(HomePage):
    """Whoever writes instructions and presses begins with what presses now."""

    url_name, order = "oversee:today", 10

    def is_home_of(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and bool(user.scope(WRITE).reaches and user.scope(PRESS).reaches)
