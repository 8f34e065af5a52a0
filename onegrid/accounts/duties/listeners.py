"""What duties do when identity calls: somebody who leaves loses them at once, in the same transaction."""

from datetime import datetime

from onegrid.accounts.duties.actions import release_duties
from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.plugins import RELEASES, Release


@RELEASES.register("duties")
class NoMoreDuties(Release):
    def release(self, user: User, at: datetime) -> int:
        return release_duties(user=user, at=at)
