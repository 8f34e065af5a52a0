"""Whose face is shown beside which grid."""

from collections.abc import Iterable
from datetime import datetime

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.duties.queries import OnDuty, on_duty
from onegrid.accounts.identity.models import User
from onegrid.accounts.portraits.models import Portrait
from onegrid.accounts.portraits.rules import TERMS
from onegrid.kit.files.models import StoredFile
from onegrid.places.areas.kinds import GRIDS


def portrait_of(user: User) -> Portrait | None:
    """One's own, for the person alone."""
    return Portrait.objects.filter(user=user, withdrawn_at=None).select_related("file").first()


def consents_of(user: User) -> list[Portrait]:
    """When the person agreed and withdrew, newest first."""
    return list(Portrait.objects.filter(user=user).order_by("-id")[:20])


def may_have_portrait(user: User, at: datetime) -> bool:
    """Whoever answers for a grid: nobody else's face is of use to residents."""
    return Duty.objects.valid_at(at).filter(user=user, area__kind__in=GRIDS).exists()


def who_is_shown(grid_id: int, at: datetime) -> tuple[OnDuty | None, bool]:
    """Who answers for a grid now, and whether there is a portrait. Two queries."""
    person = next(iter(on_duty(grid_id, at)), None)
    return person, person is not None and _shown([person], grid_id, at) is not None


def portrait_at(grid_id: int, at: datetime) -> StoredFile | None:
    """The portrait of who answers for the grid now, if it is somebody with a duty for this grid, in force, who agreed
    to the words of today. None for everybody else."""
    return _shown(on_duty(grid_id, at)[:1], grid_id, at)


def _shown(people: Iterable[OnDuty], grid_id: int, at: datetime) -> StoredFile | None:
    ids = [person.user_id for person in people]
    duties = Duty.objects.valid_at(at).filter(area=grid_id, user__in=ids)
    agreed = Portrait.objects.filter(user__in=duties.values("user"), withdrawn_at=None, terms=TERMS)
    found = agreed.select_related("file").first()
    return found.file if found else None
