"""Five refusals, one translator for pages, one for JSON."""

from onegrid.kit.errors.refusals import NotAllowed, NotFound, Refusal, Refused, Unavailable, Unreadable

__all__ = ["NotAllowed", "NotFound", "Refusal", "Refused", "Unavailable", "Unreadable"]
