"""What stands in the way of closing an organisation, given by nouns and rooms that know more about it."""

from datetime import datetime

from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.plugins import Registry


class ClosingCheck:
    def obstacle(self, organisation: Organisation, at: datetime) -> str | None:
        """A sentence for people when the organisation may not close at `at`, or None."""
        raise NotImplementedError

    def effect(self, organisation: Organisation, at: datetime) -> str | None:
        """A sentence about what its closing changes without being in the way, or None."""
        return None


CLOSING = Registry("organisation_closing", ClosingCheck, "reasons why an organisation may not close")
