"""Somebody who leaves is on duty no more, in the same transaction."""

from datetime import datetime

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.plugins import RELEASES, Release
from onegrid.accounts.presence.actions import release_presence


@RELEASES.register("presence")
class NoMorePresence(Release):
    def release(self, user: User, at: datetime) -> int:
        return release_presence(user=user, at=at)
