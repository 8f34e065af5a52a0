"""Reasons for an organisation to stay open, given by nouns and rooms that know more about it."""

from datetime import datetime

from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.plugins import Registry


class ClosingCheck:
    def obstacle(self, organisation: Organisation, at: datetime) -> str | None:
        """A sentence for people when the organisation may not close at `at`, or None."""
        raise NotImplementedError


CLOSING = Registry("organisation_closing", ClosingCheck, "reasons why an organisation may not close")
