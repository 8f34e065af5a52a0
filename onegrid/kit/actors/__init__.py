"""Who does something, and how far that person's sight and hand reach."""

from onegrid.kit.actors.actor import Actor, SystemActor, require
from onegrid.kit.actors.scope import EVERYTHING, NOTHING, Reach, Scope
from onegrid.kit.actors.viewer import Visitor, viewer_of

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Actor",
    "Reach",
    "Scope",
    "SystemActor",
    "Visitor",
    "require",
    "viewer_of",
]
