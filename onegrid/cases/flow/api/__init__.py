"""Cases as JSON: lists, one case, opening, and one address a verb."""

from onegrid.cases.flow.api import opening, reading, verbs
from onegrid.cases.flow.api.addresses import router

__all__ = ["opening", "reading", "router", "verbs"]
