"""The board of indicators, and the list behind every number on it."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.kit.actors import viewer_of
from onegrid.kit.sheets import workbook_pieces
from onegrid.kit.ui.asking import number
from onegrid.oversight.measures.access import SEE
from onegrid.oversight.measures.definitions import definitions
from onegrid.oversight.measures.queries import (
    Cut,
    Measured,
    by_unit,
    counted,
    handling_times,
    indicator_values,
    measured,
    open_by_day,
)
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.queries import areas_in_reach

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GROUPS = {
    "city": gettext_lazy("City management"),
    "post": gettext_lazy("Posts"),
    "hotline": gettext_lazy("Hotline"),
}
KINDS = (AreaKind.DISTRICT, AreaKind.STREET, AreaKind.COMMUNITY)
SHOWN = ("on_time_disposal_rate", "rework_rate", "satisfaction_rate")  # of each unit


@login_required
@never_cache
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Indicators of a cut, with counters beside each; a number leads to its list."""
    viewer, now = viewer_of(request), timezone.now()
    cut = Cut.of(request.GET, timezone.localdate(now))
    group = request.GET.get("group", "city")
    group = group if group in GROUPS else "city"
    values = indicator_values(viewer=viewer, cut=cut, at=now, group=group)
    stood = open_by_day(viewer=viewer, cut=cut)
    context = {
        "cut": cut,
        "group": group,
        "groups": [(code, words, cut.address(group=code)) for code, words in GROUPS.items()],
        "values": [(one, _numbers(one, cut)) for one in values],
        "times": handling_times(viewer=viewer, cut=cut),
        "last_day": stood[-1] if stood else None,
        "units": [(unit, _shown(counts, cut)) for unit, counts in by_unit(viewer=viewer, cut=cut, at=now)],
        "unit_heads": [one.name for code in SHOWN if (one := definitions(cut.until).indicator(code))],
        "areas": areas_in_reach(viewer=viewer, what=SEE, kinds=[str(kind) for kind in KINDS], limit=200),
        "export": cut.address(),
    }
    return render(request, "desk/scores/measures.html", context)


def _numbers(one: Measured, cut: Cut) -> list[dict[str, Any]]:
    """Each counter with the address of its list."""
    return [
        {
            "name": word.name,
            "how": word.how,
            "count": count,
            "kept": word.kept,
            "address": f"{reverse('desk:measures_list')}{cut.address(counter=word.code)}",
        }
        for word, count in one.counters
    ]


def _shown(counts: dict[str, int], cut: Cut) -> list[Measured]:
    found = {one.indicator.code: one for one in measured(counts, cut.until)}
    return [found[code] for code in SHOWN if code in found]


@login_required
@never_cache
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The cases that a number counts."""
    viewer, now = viewer_of(request), timezone.now()
    cut = Cut.of(request.GET, timezone.localdate(now))
    counter = request.GET.get("counter", "reported")
    after = number(request.GET.get("after", "")) or None
    found = counted(viewer=viewer, counter=counter, cut=cut, at=now, after=after)
    context = {"found": found, "cut": cut, "back": cut.address()}
    return render(request, "desk/scores/behind.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Every indicator of the cut, with its counters and its source."""
    viewer, now = viewer_of(request), timezone.now()
    cut = Cut.of(request.GET, timezone.localdate(now))
    rows = list(_rows(indicator_values(viewer=viewer, cut=cut, at=now)))
    header = [
        _("Indicator"),
        _("Value (%)"),
        _("Above the line"),
        _("Below the line"),
        _("How it is counted"),
        _("Source"),
    ]
    return excel(
        workbook_pieces(_("Indicators"), header, rows, widths=(24, 10, 10, 10, 60, 30)), "indicators"
    )


def _rows(values: list[Measured]) -> Iterator[list]:
    for one in values:
        how = " / ".join(word.how for word, _count in one.counters)
        source = f"{one.indicator.mark_words} {one.indicator.where_from}".strip()
        yield [one.indicator.name, one.percent, one.above, one.below, how, source]


def excel(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer
