"""Making morning briefs."""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.notices.actions import notify
from onegrid.kit.audit import record
from onegrid.kit.errors import Unavailable
from onegrid.kit.facts import announce
from onegrid.kit.files import Kinds, store_file
from onegrid.oversight.briefs.facts import BriefMade
from onegrid.oversight.briefs.figures import BY, brief_content
from onegrid.oversight.briefs.models import Brief
from onegrid.oversight.briefs.printing import printed
from onegrid.oversight.briefs.queries import areas_to_brief, readers_of
from onegrid.oversight.supervision.limits import limits
from onegrid.places.areas.models import Area

logger = logging.getLogger(__name__)


def make_briefs(*, at: datetime) -> int:
    """Every brief of this morning that is not there yet, once the hour of limits.yaml has come; how many were made.
    What is wrong with one area does not keep the others waiting; the next run tries again."""
    local = timezone.localtime(at)
    if local.time() < limits(local.date()).brief_at:
        return 0
    day = local.date() - timedelta(days=1)
    there = set(Brief.objects.filter(day=day).values_list("area_id", flat=True))
    return sum(_made(area, day, at) for area in areas_to_brief(at) if area.pk not in there)


def _made(area: Area, day: date, at: datetime) -> bool:
    try:
        return make_brief(area=area, day=day, at=at) is not None
    except Exception:
        logger.exception("no brief of area %s for %s", area.pk, day)
        return False


@transaction.atomic
def make_brief(*, area: Area, day: date, at: datetime) -> Brief | None:
    """The brief of one area about one day, on paper as well, told to its readers; None when it is there already."""
    brief, new = Brief.objects.select_for_update(of=("self",)).get_or_create(
        area=area, day=day, defaults={"content": brief_content(area, day, at), "made_at": at}
    )
    if not new:
        return None
    try:
        paper = printed(brief, settings.LANGUAGE_CODE)
        brief.pdf = store_file(paper, allow=Kinds.DOCUMENT, at=at).file
        brief.save(update_fields=["pdf"])
    except Unavailable as trouble:  # the page is there without it
        logger.warning("the brief of area %s is not on paper: %s", area.pk, trouble.message)
    record("briefs.made", by=BY, about=brief, at=at, details={"day": day.isoformat()})
    announce(BriefMade(brief.pk), path=area.path)
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            readers_of(area, at),
            title=_("Morning brief of %(area)s for %(day)s") % {"area": area.name, "day": f"{day:%m-%d}"},
            link=f"/oversee/briefs/{brief.pk}/",
            kind="brief",
            at=at,
        )
    return brief
