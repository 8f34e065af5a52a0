"""What stands in a brief, worked out from day sums, stage records and running clocks."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case, Channel
from onegrid.kit.actors import SystemActor
from onegrid.kit.actors.scope import path_range
from onegrid.oversight.briefs.rules import mean_of, same_weekdays, share, without_numbers
from onegrid.oversight.measures.models import CaseRecord, DayCount, StageRecord
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.queries.matters import Kind, kind_counts
from onegrid.oversight.supervision.rules import RUNNING
from onegrid.places.areas.models import Area

BY = SystemActor("briefs")
TOP = 5
NOTABLE_MOST = 10
TEXT_SHOWN = 60
ENDING = ("close", "settle")
# of each number: what it is called, and what it means; the order is that of the page
FIGURES: dict[str, tuple[Any, Any]] = {
    "reported": (_("Reported that day"), _("Cases reported on the day, without what was imported.")),
    "ended": (_("Closed or settled"), _("Cases closed, or settled on the spot, on the day.")),
    "ended_late": (_("Of these late"), _("Closed on the day after a stage of them had run over its limit.")),
    "urgent": (
        _("Emergencies reported"),
        _("Cases reported on the day that are, or were declared, an emergency."),
    ),
}
NOW: dict[str, tuple[Any, Any]] = {
    "overdue": (_("Overdue matters"), _("Open cases whose running stage is past its end.")),
    "soon": (_("Matters due soon"), _("Most of the running stage's limit is used, its end is not over.")),
    "pressed": (_("Pressed matters"), _("Open cases that somebody pressed, once or more.")),
    "instructions_overdue": (
        _("Replies overdue"),
        _("Units' replies to instructions that are past their end."),
    ),
    "instructions_today": (_("Replies due today"), _("Units' replies to instructions whose end is today.")),
}


def brief_content(area: Area, day: date, at: datetime) -> dict[str, Any]:
    """Numbers and rows as plain values, names in both languages. A fixed number of queries."""
    weeks = limits(day).brief_weeks
    days = [day, *same_weekdays(day, weeks)]
    counts = {
        "reported": _reported(area, days),
        "ended": _by_day(ended_on(area, days), "ended_on"),
        "ended_late": _by_day(ended_on(area, days).filter(case__record__late=True), "ended_on"),
        "urgent": _urgent_by_day(area, days),
    }
    numbers = {}
    for key, by_day in counts.items():
        mean = mean_of(by_day, days[1:])
        numbers[key] = {"value": by_day.get(day, 0), "mean": None if mean is None else float(round(mean, 1))}
    ended = numbers["ended"]["value"]
    on_time = share(ended - numbers["ended_late"]["value"], ended)
    return {
        "weeks": weeks,
        "numbers": numbers,
        "on_time": None if on_time is None else float(round(on_time * 100, 1)),
        "now": _now(area, at),
        "classes": _classes(area, day),
        "places": _places(area, day),
        "notable": _notable(area, day),
    }


def _within(area: Area, column: str = "area_path") -> Q:
    low, high = path_range(area.path)
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def reported_on(area: Area, days: list[date]) -> QuerySet[CaseRecord]:
    """As measures count them: history that was imported says nothing about us."""
    return CaseRecord.objects.filter(_within(area), reported_on__in=days).exclude(channel=Channel.IMPORT)


def ended_on(area: Area, days: list[date]) -> QuerySet[StageRecord]:
    return StageRecord.objects.filter(_within(area), ended_on__in=days, verb__in=ENDING)


def urgent_on(area: Area, days: list[date]) -> QuerySet[Case]:
    found = Q()
    for one in days:
        begins = timezone.make_aware(datetime.combine(one, time.min))
        found |= Q(opened_at__gte=begins, opened_at__lt=begins + timedelta(days=1))
    return Case.objects.filter(found, _within(area), urgent=True)


def _reported(area: Area, days: list[date]) -> dict[date, int]:
    rows = DayCount.objects.filter(_within(area), day__in=days)
    return dict(rows.values("day").annotate(n=Sum("reported")).values_list("day", "n"))


def _by_day(rows: QuerySet, column: str) -> dict[date, int]:
    return dict(rows.order_by().values(column).annotate(n=Count("pk")).values_list(column, "n"))


def _urgent_by_day(area: Area, days: list[date]) -> dict[date, int]:
    opened = urgent_on(area, days).values_list("opened_at", flat=True)
    return dict(Counter(timezone.localdate(one) for one in opened))


def _now(area: Area, at: datetime) -> dict[str, int]:
    counts = kind_counts(viewer=BY, area=area.pk, at=at)
    running = Errand.objects.filter(_within(area, "instruction__area_path"), state__in=RUNNING)
    evening = timezone.make_aware(datetime.combine(timezone.localdate(at) + timedelta(days=1), time.min))
    return {
        "overdue": counts[Kind.OVERDUE],
        "soon": counts[Kind.SOON],
        "pressed": counts[Kind.PRESSED],
        "instructions_overdue": running.filter(due_at__lt=at).count(),
        "instructions_today": running.filter(due_at__gte=at, due_at__lt=evening).count(),
    }


def _classes(area: Area, day: date) -> list[dict[str, Any]]:
    """The classes most was reported of."""
    rows = DayCount.objects.filter(_within(area), day=day, case_class__isnull=False, reported__gt=0)
    found = list(rows.values("case_class").annotate(n=Sum("reported")).order_by("-n", "case_class")[:TOP])
    classes = CaseClass.objects.in_bulk([row["case_class"] for row in found])
    return [
        {"id": row["case_class"], "count": row["n"], **_in_both(classes[row["case_class"]])} for row in found
    ]


def _in_both(case_class: CaseClass | None) -> dict[str, str]:
    found = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found[f"name_{language[:2]}"] = str(case_class) if case_class else ""
    return found


def _places(area: Area, day: date) -> list[dict[str, Any]]:
    """The communities, or grids of a community, most was reported from."""
    counts: Counter[int] = Counter()
    depth = area.path.count(".")
    below = depth + (2 if area.kind == "district" else 1)
    rows = DayCount.objects.filter(_within(area), day=day, reported__gt=0)
    for path, count in rows.values("area_path").annotate(n=Sum("reported")).values_list("area_path", "n"):
        steps = path.split(".")[:-1]
        if len(steps) > depth:
            counts[int(steps[min(below, len(steps)) - 1])] += count
    top = counts.most_common(TOP)
    names = dict(Area.objects.filter(pk__in=[pk for pk, _n in top]).values_list("pk", "name"))
    return [{"id": pk, "name": names.get(pk, ""), "count": count} for pk, count in top]


def _notable(area: Area, day: date) -> list[dict[str, Any]]:
    """Emergencies of the day, the newest first. What people wrote is masked before it is kept."""
    rows = urgent_on(area, [day]).select_related("case_class", "grid").defer("grid__boundary", "grid__centre")
    return [
        {
            "number": case.number,
            "grid": case.grid.name if case.grid else "",
            "state": case.state,
            "text": without_numbers(case.text)[:TEXT_SHOWN],
            **_in_both(case.case_class),
        }
        for case in rows.order_by("-id")[:NOTABLE_MOST]
    ]
