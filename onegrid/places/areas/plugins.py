"""What hangs on an area, given by nouns and rooms that know more about it: shown before it is closed."""

from datetime import datetime

from onegrid.kit.plugins import Registry
from onegrid.places.areas.models import Area


class AreaCheck:
    """Of the area and everything below it."""

    def obstacle(self, area: Area, at: datetime) -> str | None:
        """A sentence for people when it may not close at `at`, or None."""
        return None

    def effect(self, area: Area, at: datetime) -> str | None:
        """A sentence about what its closing changes without being in the way, or None."""
        return None


AREA_CLOSING = Registry("area_closing", AreaCheck, "what hangs on an area that is to be closed")
