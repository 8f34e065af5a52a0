"""What flow gives to plug-in points of lower rooms."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegrid.accounts.orgs.models import Organisation
from onegrid.accounts.orgs.plugins import CLOSING, ClosingCheck
from onegrid.cases.catalog.models import DispatchRule
from onegrid.cases.flow import rules
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.verifying import all_findings
from onegrid.kit.actors.scope import path_range
from onegrid.kit.health import WATCHED, Figure, Reading, Watched, gauge
from onegrid.kit.verifications import VERIFICATIONS, Finding, Progress, Verification
from onegrid.places.areas.models import Area
from onegrid.places.areas.plugins import AREA_CLOSING, AreaCheck

MOST_COUNTED = 100
OPEN_STATES = [state.value for state in rules.State if state not in rules.FINAL]


@CLOSING.register("holds_cases")
class HoldsCases(ClosingCheck):
    """An organisation that has open cases, or was given them and may get them back, stays open."""

    def obstacle(self, organisation: Organisation, at: datetime) -> str | None:
        theirs = Case.objects.filter(Q(holder_org=organisation) | Q(unit=organisation), state__in=OPEN_STATES)
        found = len(theirs.values_list("pk")[:MOST_COUNTED])
        if found == MOST_COUNTED:
            return _("%(count)d cases or more are open there.") % {"count": found}
        words = ngettext("%(count)d case is open there.", "%(count)d cases are open there.", found)
        return words % {"count": found} if found else None

    def effect(self, organisation: Organisation, at: datetime) -> str | None:
        """A dispatch rule that names it is passed over once it is closed."""
        named = DispatchRule.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=at), organisation=organisation
        ).count()
        words = ngettext(
            "%(count)d dispatch rule names it and would be passed over.",
            "%(count)d dispatch rules name it and would be passed over.",
            named,
        )
        return words % {"count": named} if named else None


@AREA_CLOSING.register("cases")
class CasesThere(AreaCheck):
    """Cases keep the areas they were opened in; whoever closes one should know of those that are open."""

    def effect(self, area: Area, at: datetime) -> str | None:
        low, high = path_range(area.path)
        there = Case.objects.filter(area_path__gte=low, area_path__lt=high, state__in=OPEN_STATES)
        found = len(there.values_list("pk")[:MOST_COUNTED])
        words = ngettext(
            "%(count)d open case keeps it as its area.", "%(count)d open cases keep it as their area.", found
        )
        return words % {"count": found} if found else None


@VERIFICATIONS.register("cases")
class CaseTimelines(Verification):
    """Every case's timeline: nothing changed, nothing missing, nothing added, the case row agrees with it, and what
    the anchors know is still there."""

    title = "case timelines: chain, seal, state, report words, photos, anchors"

    def findings(self, progress: Progress) -> Iterator[Finding]:
        return all_findings(progress)


HOUR_MOST = 100_000


@WATCHED.register("cases")
class Intake(Watched):
    """Whether reports still come in: a platform that is well and hears nothing is not well."""

    title, order = gettext_lazy("Reports coming in"), 15

    def readings(self) -> Iterator[Reading]:
        newest = Case.objects.order_by("-opened_at", "-pk").values_list("opened_at", flat=True).first()
        yield Reading(_("In the last hour"), str(opened_since(timedelta(hours=1))))
        when = timezone.localtime(newest).strftime("%m-%d %H:%M") if newest else _("none")
        yield Reading(_("The newest"), when)

    def figures(self) -> Iterator[Figure]:
        so_far = Case.objects.aggregate(newest=Max("pk"))["newest"] or 0
        meaning = "Cases so far, by the number of the newest row: a report taken back leaves a gap."
        yield Figure("onegrid_cases_opened_total", meaning, "counter", (({}, float(so_far)),))
        recent = opened_since(timedelta(hours=1))
        yield gauge("onegrid_cases_opened_last_hour", "Cases opened in the last hour, to 100,000.", recent)


def opened_since(span: timedelta) -> int:
    since = timezone.now() - span
    return len(Case.objects.filter(opened_at__gt=since).values_list("pk")[:HOUR_MOST])
