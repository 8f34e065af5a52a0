"""What the camera wrote into a photo that does not fit the case, in words for whoever judges it."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.limits import flow_limits
from onegrid.cases.flow.models import Case, Evidence
from onegrid.cases.flow.rules import photo_doubts
from onegrid.kit.geo.metres import metres_between

WORDS = {
    "unknown": _("The file says neither when nor where it was taken"),
    "far": _("Taken far from the place"),
    "too_early": _("Taken before the report"),
    "too_late": _("Taken after it was handed in"),
}


def doubts_about(photo: Evidence, case: Case) -> list[str]:
    """Empty when time and place fit. `photo.step` is read already."""
    metres = None
    if photo.taken_point is not None and case.point is not None:
        metres = float(metres_between(photo.taken_point.x, photo.taken_point.y, case.point.x, case.point.y))
    codes = photo_doubts(
        taken_at=photo.taken_at,
        metres=metres,
        opened_at=case.opened_at,
        step_at=photo.step.at,
        near=flow_limits(timezone.localdate(photo.step.at)).photo_near_metres,
    )
    return [str(WORDS[code]) for code in codes]
