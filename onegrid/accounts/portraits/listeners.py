"""Who leaves is shown no more: the file goes in the same transaction."""

from datetime import datetime

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.plugins import RELEASES, Release
from onegrid.accounts.portraits.actions import withdraw_portrait


@RELEASES.register("portrait")
class NoMorePortrait(Release):
    def release(self, user: User, at: datetime) -> int:
        return withdraw_portrait(by=user, at=at)
