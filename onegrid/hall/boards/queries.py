"""For whom somebody writes."""

from datetime import datetime

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.queries import posts_of
from onegrid.kit.actors import Actor


def organisation_of(by: Actor, at: datetime) -> str:
    """The name of the first organisation in which somebody holds a post; "" for a process, or without a post."""
    if not isinstance(by, User):
        return ""
    posts = posts_of(by, at)
    return posts[0].organisation.name if posts else ""
