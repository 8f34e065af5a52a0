"""What stands in a brief, worked out from day sums, stage records and running clocks."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.paths.models import PathCase, PathSection, SectionLevel
from onegrid.cases.whistle.models import Whistle, WhistleCall
from onegrid.cases.whistle.rules import CallState
from onegrid.kit.actors import SystemActor
from onegrid.kit.actors.scope import path_range
from onegrid.oversight.briefs.rules import mean_of, same_weekdays, share, without_numbers
from onegrid.oversight.measures.models import CaseRecord, DayCount, StageRecord
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.queries.matters import Kind, kind_counts
from onegrid.oversight.supervision.rules import RUNNING
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

BY = SystemActor("briefs")
TOP = 5
NOTABLE_MOST = 10
TEXT_SHOWN = 60
ENDING = ("close", "settle")
WIDE = (AreaKind.PROVINCE, AreaKind.CITY, AreaKind.DISTRICT, AreaKind.STREET)
# of each number: what it is called, and what it means; the order is that of the page
FIGURES: dict[str, tuple[Any, Any]] = {
    "reported": (_("Reported that day"), _("Cases reported on the day, without what was imported.")),
    "ended": (_("Closed or settled"), _("Cases closed, or settled on the spot, on the day.")),
    "ended_late": (_("Of these late"), _("Closed on the day after a stage of them had run over its limit.")),
    "urgent": (
        _("Emergencies reported"),
        _("Cases reported on the day that are, or were declared, an emergency."),
    ),
    "blown": (_("Whistles blown"), _("Whistles by which departments were called on the day.")),
    "paths": (
        _("Path cases opened"),
        _("Cases opened on the day that follow something along its way through this area."),
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
    "whistles": (_("Open whistles"), _("Whistles of the area that are not finished.")),
    "calls_overdue": (
        _("Whistles kept waiting"),
        _("Open whistles of which a department, or the district's decision, is past its end."),
    ),
    "paths_open": (_("Open path cases"), _("Path cases through this area that are not closed.")),
}
ON_TIME = (
    _("Closed within their limits"),
    _("Share of what was closed or settled that day without a stage over its limit."),
)
# when the next step of a call is due, by how it stands
OWED = {
    CallState.CALLED: "sign_due",
    CallState.SIGNED: "contact_due",
    CallState.CONTACTED: "report_in_due",
    CallState.REPORTED: "finish_due",
    CallState.REFUSED: "decide_due",
}


def brief_content(area: Area, day: date, at: datetime) -> dict[str, Any]:
    """Numbers and rows as plain values, names in both languages. A fixed number of queries."""
    weeks = limits(day).brief_weeks
    days = [day, *same_weekdays(day, weeks)]
    counts = {
        "reported": _reported(area, days),
        "ended": _by_day(ended_on(area, days), "ended_on"),
        "ended_late": _by_day(ended_on(area, days).filter(case__record__late=True), "ended_on"),
        "urgent": _by_local_day(urgent_on(area, days), "opened_at"),
        "blown": _by_local_day(blown_on(area, days), "blown_at"),
        "paths": _by_local_day(paths_on(area, days), "case__opened_at"),
    }
    numbers: dict[str, dict[str, Any]] = {}
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
        "whistles": _whistles(area, day, at),
        "ways": _ways(area, day),
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
    return Case.objects.filter(_at_days("opened_at", days), _within(area), urgent=True)


def blown_on(area: Area, days: list[date]) -> QuerySet[Whistle]:
    return Whistle.objects.filter(_at_days("blown_at", days), _within(area))


def open_whistles(area: Area) -> QuerySet[Whistle]:
    return Whistle.objects.filter(_within(area), ended_at=None)


def waiting_whistles(area: Area, at: datetime) -> QuerySet[Whistle]:
    """Open ones with a call whose next step is overdue."""
    late = Q()
    for state, due in OWED.items():
        late |= Q(**{"state": state, f"{due}__lt": at})
    return open_whistles(area).filter(Exists(WhistleCall.objects.filter(late, whistle=OuterRef("pk"))))


def replies_overdue(area: Area, at: datetime) -> QuerySet[Errand]:
    return _running(area).filter(due_at__lt=at)


def replies_today(area: Area, at: datetime) -> QuerySet[Errand]:
    evening = timezone.make_aware(datetime.combine(timezone.localdate(at) + timedelta(days=1), time.min))
    return _running(area).filter(due_at__gte=at, due_at__lt=evening)


def _running(area: Area) -> QuerySet[Errand]:
    return Errand.objects.filter(_within(area, "instruction__area_path"), state__in=RUNNING)


def paths_of(area: Area) -> QuerySet[PathCase]:
    """Paths with a section by street in the area; of a grid or community: with a section by grid there."""
    sections = PathSection.objects.filter(_within(area), path=OuterRef("pk"))
    level = SectionLevel.STREET if area.kind in WIDE else SectionLevel.GRID
    return PathCase.objects.filter(
        Exists(sections.filter(level=level)), case__isnull=False, discarded_at=None
    )


def paths_on(area: Area, days: list[date]) -> QuerySet[PathCase]:
    return paths_of(area).filter(_at_days("case__opened_at", days))


def _at_days(column: str, days: list[date]) -> Q:
    found = Q()
    for one in days:
        begins = timezone.make_aware(datetime.combine(one, time.min))
        found |= Q(**{f"{column}__gte": begins, f"{column}__lt": begins + timedelta(days=1)})
    return found


def _reported(area: Area, days: list[date]) -> dict[date, int]:
    rows = DayCount.objects.filter(_within(area), day__in=days)
    return dict(rows.values("day").annotate(n=Sum("reported")).values_list("day", "n"))


def _by_day(rows: QuerySet, column: str) -> dict[date, int]:
    return dict(rows.order_by().values(column).annotate(n=Count("pk")).values_list(column, "n"))


def _by_local_day(rows: QuerySet, column: str) -> dict[date, int]:
    """Of rows by a moment; few enough to be counted here."""
    return dict(Counter(timezone.localdate(one) for one in rows.order_by().values_list(column, flat=True)))


def _now(area: Area, at: datetime) -> dict[str, int]:
    counts = kind_counts(viewer=BY, area=area.pk, at=at)
    return {
        "overdue": counts[Kind.OVERDUE],
        "soon": counts[Kind.SOON],
        "pressed": counts[Kind.PRESSED],
        "instructions_overdue": replies_overdue(area, at).count(),
        "instructions_today": replies_today(area, at).count(),
        "whistles": open_whistles(area).count(),
        "calls_overdue": waiting_whistles(area, at).count(),
        "paths_open": paths_of(area).filter(case__ended_at=None).count(),
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


def _whistles(area: Area, day: date, at: datetime) -> list[dict[str, Any]]:
    """Blown on the day or kept waiting, the newest first: kind, street and how it stands. Not what was written: not
    everybody who reads a brief may read whistles."""
    wanted = Q(pk__in=blown_on(area, [day]).values("pk")) | Q(pk__in=waiting_whistles(area, at).values("pk"))
    rows = Whistle.objects.filter(wanted).select_related("kind", "street")
    return [
        {
            "number": one.number,
            "street": one.street.name,
            "state": one.state,
            "name_zh": one.kind.name,
            "name_en": one.kind.name_en,
        }
        for one in rows.defer("street__boundary", "street__centre").order_by("-pk")[:NOTABLE_MOST]
    ]


def _ways(area: Area, day: date) -> list[dict[str, Any]]:
    """Path cases of the day, the newest first: the streets in the order of the way."""
    paths = list(
        paths_on(area, [day]).select_related("case", "case__case_class").order_by("-pk")[:NOTABLE_MOST]
    )
    sections = PathSection.objects.filter(path__in=paths, level=SectionLevel.STREET)
    streets: dict[int, list[str]] = {}
    for path_id, name in sections.order_by("path", "position").values_list("path_id", "area__name"):
        streets.setdefault(path_id, []).append(name)
    return [
        {
            "id": path.pk,
            "number": path.case.number,
            "state": path.case.state,
            "streets": streets.get(path.pk, []),
            **_in_both(path.case.case_class),
        }
        for path in paths
        if path.case is not None
    ]
