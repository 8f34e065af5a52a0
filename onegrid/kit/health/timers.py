"""How the jobs came out that systemd starts by the clock (deploy/systemd): each leaves a note when it ends."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.kit.health.figure import Figure
from onegrid.kit.health.watching import WATCHED, Reading, Tone, Watched

WELL = "success"  # systemd's word ($SERVICE_RESULT)
WORDS = {
    "onegrid-copy": gettext_lazy("Copying"),
    "onegrid-tidy": gettext_lazy("Tidying of files"),
    "onegrid-verify": gettext_lazy("Proof of audit trail and timelines"),
}
# After so long one should have run again: a day more than its timer waits.
LATE = {"onegrid-tidy": timedelta(days=2)}
LATE_OTHERS = timedelta(days=8)


@dataclass(frozen=True)
class Ended:
    """The last run of one unit: systemd's word for how it came out, and how long ago that was."""

    unit: str
    result: str
    ago: timedelta

    @property
    def well(self) -> bool:
        return self.result == WELL


def ended(folder: Path) -> list[Ended]:
    """By name of the unit; nothing where no timer ever ran."""
    now = datetime.now(UTC)
    said = [(note.stem, json.loads(note.read_text())) for note in sorted(folder.glob("*.json"))]
    return [Ended(unit, one["result"], now - datetime.fromisoformat(one["at"])) for unit, one in said]


@WATCHED.register("timers")
class Timers(Watched):
    title, order = gettext_lazy("Jobs by the clock"), 65

    def readings(self) -> Iterator[Reading]:
        found = ended(settings.TIMERS_FOLDER)
        if not found:
            yield Reading(_("Started by systemd"), _("none yet"))
        for one in found:
            yield _reading(one)

    def figures(self) -> Iterator[Figure]:
        found = ended(settings.TIMERS_FOLDER)
        failed = tuple(({"unit": one.unit}, float(not one.well)) for one in found)
        ages = tuple(({"unit": one.unit}, one.ago.total_seconds()) for one in found)
        if found:
            yield Figure("onegrid_timer_failed", "1 when its last run failed.", "gauge", failed)
            yield Figure("onegrid_timer_age_seconds", "Since its last run ended.", "gauge", ages)


def _reading(one: Ended) -> Reading:
    label = str(WORDS.get(one.unit, one.unit))
    at = {"at": date_format(timezone.localtime(timezone.now() - one.ago), "m-d H:i")}
    if not one.well:
        advice = _("journalctl --namespace=onegrid -u %(unit)s says why.") % {"unit": one.unit}
        return Reading(label, _("failed, %(at)s") % at, Tone.BAD, advice)
    late = one.ago > LATE.get(one.unit, LATE_OTHERS)
    advice = _("Is %(unit)s.timer running? systemctl list-timers shows it.") % {"unit": one.unit}
    return Reading(label, _("went well, %(at)s") % at, Tone.WARN if late else Tone.GOOD, advice)
