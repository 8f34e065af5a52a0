"""Path cases as JSON: lists, one path, a way that becomes one, one address a verb."""

from onegrid.cases.paths.api import drawing, reading, verbs
from onegrid.cases.paths.api.addresses import router

__all__ = ["drawing", "reading", "router", "verbs"]
