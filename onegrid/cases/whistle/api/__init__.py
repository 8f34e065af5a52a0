"""Whistles as JSON: lists, one whistle, blowing, and one address a verb."""

from onegrid.cases.whistle.api import blowing, reading, verbs
from onegrid.cases.whistle.api.addresses import router

__all__ = ["blowing", "reading", "router", "verbs"]
