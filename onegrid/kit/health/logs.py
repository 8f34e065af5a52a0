"""Whether the services' log is kept as long as it must be: six months (Cybersecurity Law, 2016 text, Art. 21).

Their journal (deploy/systemd/journald@onegrid.conf) loses its oldest lines by age, by size or by the number of its
files, whichever comes first; only the age is what was promised. Under `onegrid up` there is no journal: files in
var/log, kept by logrotate.
"""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.kit.health.figure import Figure, gauge
from onegrid.kit.health.watching import WATCHED, Reading, Tone, Watched

SIX_MONTHS = 184  # days: the longest six months in a row
DAY = 86400
FILES = 100  # that journald keeps where SystemMaxFiles says nothing
SETTLED = 2  # days after which a pace can be told
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
ARCHIVED = re.compile(
    r"@[0-9a-f]+-[0-9a-f]+-([0-9a-f]+)\.journal~?$"
)  # the last: microseconds of the first line


@dataclass(frozen=True)
class Journal:
    """`days`: since its oldest line; `size` and `most` in bytes; `files` of at most `most_files`; `kept`: days after
    which lines go by age."""

    days: float
    size: int
    most: int
    kept: int | None
    files: int = 1
    most_files: int = FILES

    @property
    def fitting(self) -> int | None:
        """For how many days there is room at the pace so far; None before that can be told."""
        if self.days < SETTLED or not self.size:
            return None
        by_files = self.most_files / (self.files / self.days) if self.most_files else inf
        return int(min(self.most / (self.size / self.days), by_files))


def journal(folder: Path, settings_file: Path) -> Journal | None:
    """Of the namespace "onegrid" of this machine; None where there is none."""
    files = list(folder.glob("*.onegrid/*.journal*"))
    if not files:
        return None
    begun = [int(found[1], 16) / 1e6 for one in files if (found := ARCHIVED.search(one.name))]
    days = (time.time() - min(begun)) / DAY if begun else 0.0
    beside = sorted(settings_file.with_name(f"{settings_file.name}.d").glob("*.conf"))
    text = "\n".join(one.read_text() for one in (settings_file, *beside) if one.exists())
    most = re.findall(r"(?m)^SystemMaxUse=(\d+)([KMGT]?)$", text)
    files_most = re.findall(r"(?m)^SystemMaxFiles=(\d+)$", text)
    kept = re.findall(r"(?m)^MaxRetentionSec=(\d+)day$", text)
    size = sum(one.stat().st_size for one in files)
    room = size + shutil.disk_usage(folder).free  # journald leaves some of it free (SystemKeepFree)
    allowed = int(most[-1][0]) * UNITS[most[-1][1]] if most else room
    return Journal(
        days=days,
        size=size,
        most=min(allowed, room),
        files=len(files),
        most_files=int(files_most[-1]) if files_most else FILES,  # 0: any number
        kept=int(kept[-1]) if kept else None,
    )


@WATCHED.register("logs")
class Logs(Watched):
    title, order = gettext_lazy("Logs for six months"), 55

    def readings(self) -> Iterator[Reading]:
        found = journal(settings.JOURNALS, settings.JOURNAL_SETTINGS)
        if found is None:
            yield Reading(
                _("Journal of the services"), _("none: files in %(folder)s") % {"folder": settings.LOG_FOLDER}
            )
            return
        yield Reading(_("The oldest line is of"), _("%(days)s days ago") % {"days": round(found.days)})
        yield Reading(
            _("Lines go after"),
            _("%(days)s days") % {"days": found.kept} if found.kept else _("no time is set"),
            Tone.GOOD if found.kept and found.kept >= SIX_MONTHS else Tone.BAD,
            _("MaxRetentionSec=200day in journald@onegrid.conf."),
        )
        if (fitting := found.fitting) is not None:
            yield Reading(
                _("There is room for"),
                _("%(days)s days") % {"days": fitting},
                Tone.GOOD if fitting >= SIX_MONTHS else Tone.BAD,
                _("More SystemMaxUse or SystemMaxFiles in journald@onegrid.conf, or a larger disk."),
            )

    def figures(self) -> Iterator[Figure]:
        found = journal(settings.JOURNALS, settings.JOURNAL_SETTINGS)
        if found is None:
            return
        yield gauge("onegrid_log_oldest_days", "Age of the oldest line of the services' log.", found.days)
        if found.kept is not None:
            yield gauge("onegrid_log_kept_days", "Days after which lines of it go.", found.kept)
        if found.fitting is not None:
            yield gauge("onegrid_log_room_days", "Days of it that there is room for.", found.fitting)
