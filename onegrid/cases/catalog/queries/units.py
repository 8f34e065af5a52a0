"""The organisations a matter may go to: those around a place, its centre, and all that stand open."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.rules.choosing import ancestors
from onegrid.kit.actors.scope import path_range
from onegrid.kit.statements import Columns, Question, ask
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

CENTRES = (OrgKind.STREET_CENTRE, OrgKind.DISTRICT_CENTRE)
ORGANISATION = Columns(Organisation, without=["point"])
_CENTRE = f"""
SELECT {ORGANISATION.of("org")} FROM accounts_organisation org JOIN places_area area ON area.id = org.area_id
WHERE org.kind IN ({", ".join(f"'{kind.value}'" for kind in CENTRES)}) AND org.area_id = ANY($1::bigint[])
    AND (org.closed_on IS NULL OR org.closed_on > $2::date)
ORDER BY length(area.path) - length(replace(area.path, '.', '')) DESC, org.code LIMIT 1
"""


def open_organisations(path: str, kinds: tuple[str, ...], day: date) -> list[Organisation]:
    """Open organisations of these kinds that serve the place or an area above it, each with its `area_path`."""
    ids = "{" + ",".join(map(str, ancestors(path))) + "}"
    found = []
    for row in ask(_OPEN, ["{" + ",".join(kinds) + "}", ids, day.isoformat()]):
        unit = ORGANISATION.made(row)
        vars(unit)["area_path"] = row[-1]
        found.append(unit)
    return found


_OPEN = f"""
SELECT {ORGANISATION.of("org")}, area.path
FROM accounts_organisation org JOIN places_area area ON area.id = org.area_id
WHERE org.kind = ANY($1::varchar[]) AND org.area_id = ANY($2::bigint[])
    AND (org.closed_on IS NULL OR org.closed_on > $3::date)
ORDER BY org.code
"""


def centre_for(path: str, day: date) -> Organisation | None:
    """The centre that leads matters at this place: the street's, or the district's where there is none.

    As `nearest` of `open_organisations`, in one prepared statement: every step of a case asks it.
    """
    found = ask(*centre_asked(path, day))
    return ORGANISATION.made(found[0]) if found else None


def centre_asked(path: str, day: date) -> Question:
    """What `centre_for` asks, for whoever asks more at once."""
    return _CENTRE, ["{" + ",".join(map(str, ancestors(path))) + "}", day.isoformat()]


def centres_by_area(day: date) -> dict[int, Organisation]:
    """Area → the centre that sits there, for many places at once: the nearest above a place is its `centre_for`."""
    standing = Organisation.objects.filter(kind__in=CENTRES).filter(Q(closed_on=None) | Q(closed_on__gt=day))
    return {org.area_id: org for org in standing.exclude(area=None).defer("point").order_by("-code")}


def units_for(path: str, day: date) -> list[Organisation]:
    """Every organisation a case at this place may be sent to."""
    kinds = (
        OrgKind.STREET_CENTRE,
        OrgKind.COMMUNITY_STATION,
        OrgKind.STREET_OFFICE,
        OrgKind.DEPARTMENT,
        OrgKind.PROPERTY_FIRM,
    )
    return open_organisations(path, kinds, day)


def helpers_around(path: str, at: datetime) -> list[Organisation]:
    """Who may be asked to help with a matter at this place: its own units first, then those that handle matters in
    the other streets of its district; at most UNITS_SHOWN of these."""
    own = units_for(path, timezone.localdate(at))
    low, high = path_range(district_path(path))
    others = Organisation.objects.filter(
        kind__in=HANDLING, area__path__gte=low, area__path__lt=high, closed_on=None
    )
    others = others.exclude(area__in=ancestors(path)).defer("point").order_by("code")
    return [*own, *others[:UNITS_SHOWN]]


def district_path(path: str) -> str:
    """The district around a place; where there is none, the root above it."""
    steps = ancestors(path)
    found = Area.objects.filter(pk__in=steps, kind=AreaKind.DISTRICT).values_list("path", flat=True).first()
    return found or f"{steps[0]}."


HANDLING = (OrgKind.STREET_OFFICE, OrgKind.COMMUNITY_STATION, OrgKind.DEPARTMENT)
UNITS_SHOWN = 500


def every_open_unit() -> list[Organisation]:
    """What a rule or a class may name, wherever it serves; capped for a select."""
    return list(
        Organisation.objects.filter(closed_on=None).defer("point").order_by("kind", "code")[:UNITS_SHOWN]
    )
