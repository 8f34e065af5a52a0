"""Which facts put a new case into somebody's queue."""

from django.http import HttpRequest

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.facts import CaseDispatched, CaseOpened
from onegrid.kit.facts import Fact
from onegrid.kit.ui.live import live_stream


def news_stream(request: HttpRequest, viewer: User) -> str:
    """For a viewer with areas a new case is a report; for one of a unit, a case dispatched to it."""
    reaches = viewer.scope(SEE).reaches
    facts: list[type[Fact]] = []
    if any(reach.org_id is None for reach in reaches):
        facts.append(CaseOpened)
    if any(reach.org_id is not None for reach in reaches):
        facts.append(CaseDispatched)
    return live_stream(request, facts) if facts else ""
