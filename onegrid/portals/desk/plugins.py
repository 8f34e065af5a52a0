"""The desk's way in the shell, and its figures on the home page."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow import access
from onegrid.cases.flow.models import StateChoices
from onegrid.cases.flow.queries import COUNTED_TO, counts_by_state
from onegrid.cases.flow.queries.offers import offers_waiting
from onegrid.cases.flow.rules import State
from onegrid.cases.whistle.queries import waiting_for_me
from onegrid.hall.answers.queries import questions_waiting
from onegrid.hall.residents.queries.held import requests_waiting
from onegrid.kit.ui import HOME_FIGURES, NAVIGATION, Figure, HomeFigures, NavigationEntry

# Open states, and whose step comes next.
NEXT = {
    State.REPORTED: access.VERIFY,
    State.VERIFIED: access.FILE,
    State.FILED: access.DISPATCH,
    State.DISPATCHED: access.HANDLE,
    State.HANDLED: access.CHECK,
    State.CHECKED: access.CLOSE,
}


# What waits for me is named by what I do with it, what others have by where it stands.
TO_DO = {
    State.REPORTED: _("To verify"),
    State.VERIFIED: _("To file"),
    State.FILED: _("To dispatch"),
    State.DISPATCHED: _("To handle"),
    State.HANDLED: _("To check"),
    State.CHECKED: _("To close"),
}


@NAVIGATION.register("desk_queue")
class Queue(NavigationEntry):
    label, url_name, icon, permission, order = _("Cases"), "desk:queue", "inbox", "cases.see", 30


@NAVIGATION.register("desk_thing_changes")
class ThingChanges(NavigationEntry):
    label, url_name, icon, order = _("Changes of components"), "desk:thing_changes", "tools", 62
    permission = "things.decide"


@NAVIGATION.register("desk_on_duty")
class OnDuty(NavigationEntry):
    label, url_name, icon, permission, order = (
        _("On duty now"),
        "desk:on_duty",
        "users",
        "duties.positions",
        60,
    )


@NAVIGATION.register("desk_board")
class DispatchBoard(NavigationEntry):
    label, url_name, icon, permission, order = _("Dispatch board"), "desk:board", "send", "cases.dispatch", 32


@NAVIGATION.register("desk_offers")
class Offers(NavigationEntry):
    """Between streets; the count is of what waits for the viewer's side."""

    label, url_name, icon, order = _("Between streets"), "desk:offers", "external-link", 34
    permission = "cases.merge"

    def count(self, request: HttpRequest) -> int:
        return offers_waiting(viewer=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("desk_paths")
class Paths(NavigationEntry):
    """Matters along a way; for those who put reports together."""

    label, url_name, icon, permission, order = _("Along a way"), "desk:paths", "route", "cases.merge", 36


@NAVIGATION.register("desk_new")
class TakeDown(NavigationEntry):
    """For those who answer the phone: a grid worker reports by the worker's own page."""

    label, url_name, icon, order = _("Take down a report"), "desk:new", "phone", 35
    permission = ("cases.report", "cases.contact")


@NAVIGATION.register("whistles")
class Whistles(NavigationEntry):
    """The count is of calls to one's own departments that owe a step."""

    label, url_name, icon, permission, order = _("Whistles"), "desk:whistles", "flag", "whistles.see", 40

    def count(self, request: HttpRequest) -> int:
        return waiting_for_me(viewer=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("whistle_kinds")
class WhistleKinds(NavigationEntry):
    """For whoever publishes them; everybody else comes there from the list of whistles."""

    label, url_name, icon, order = _("Kinds of whistles"), "desk:whistle_kinds", "flag", 89
    permission = "whistles.kinds"


@NAVIGATION.register("hall")
class ForResidents(NavigationEntry):
    """Answers, bulletins, activities; the count is of questions that wait."""

    label, url_name, icon, order = _("For residents"), "desk:hall_questions", "speakerphone", 50
    permission = "answers.edit"

    def count(self, request: HttpRequest) -> int:
        return questions_waiting(viewer=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("data_requests")
class DataRequests(NavigationEntry):
    """What people want done with what is kept about them; the count is of those that wait."""

    label, url_name, icon, order = _("Data requests"), "desk:data_requests", "shield-check", 55
    permission = "privacy.answer"

    def count(self, request: HttpRequest) -> int:
        return requests_waiting(viewer=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("measures")
class Measures(NavigationEntry):
    label, url_name, icon, order, permission = (
        _("Indicators"),
        "desk:measures",
        "chart-bar",
        56,
        "measures.see",
    )


@NAVIGATION.register("scores")
class Scores(NavigationEntry):
    label, url_name, icon, order, permission = _("Scores"), "desk:scores", "star", 57, "scores.see"


@NAVIGATION.register("catalog")
class Catalog(NavigationEntry):
    label, url_name, icon, permission, order = _("Catalogue"), "desk:catalog", "list", None, 60


@HOME_FIGURES.register("open_cases")
class OpenCases(HomeFigures):
    """How many of the cases in my scope are in each open state; each leads to that queue."""

    order = 20

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        user = request.user
        if not isinstance(user, User) or not user.scope(access.SEE).reaches:
            return []
        counts = counts_by_state(viewer=user, states=tuple(NEXT))
        return [
            Figure(
                label=TO_DO[state] if user.scope(what).reaches else StateChoices(state).label,
                value=f"{COUNTED_TO}+" if counts[state] > COUNTED_TO else str(counts[state]),
                url=f"{reverse('desk:queue')}?state={state}",
                mine=bool(counts[state] and user.scope(what).reaches),
            )
            for state, what in NEXT.items()
        ]
