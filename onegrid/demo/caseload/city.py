"""What the demo city lacks for cases: a catalogue, a calendar, departments, and an account of every reach."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from onegrid.accounts.identity.models import Grant, Posting, Role, User
from onegrid.accounts.orgs.models import Organisation, OrgKind
from onegrid.cases.catalog.actions import load_catalog, set_dispatch_rule
from onegrid.cases.catalog.models import CatalogVersion, DispatchRule, Scheme
from onegrid.cases.catalog.shipped import content
from onegrid.demo.accounts import PASSWORD
from onegrid.demo.loading.areas import OPENED_ON
from onegrid.demo.loading.steps import BY
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.calendars.actions import load_years
from onegrid.places.calendars.models import CalendarVersion

DEPARTMENTS = (("urban", "城市管理局", ("01", "03", "05", "06")), ("traffic", "交通运输局", ("02",)),
               ("garden", "园林绿化局", ("04",)), ("enforcement", "综合执法局", ("07", "09")),
               ("civil", "住房和民政局", ("08", "10")))  # fmt: skip
# sign-in name, role, kind of post, level of the area (None: the first department)
PEOPLE = (
    ("city.leader", "leader", "leader", AreaKind.CITY),
    ("city.dispatcher", "dispatcher", "dispatcher", AreaKind.DISTRICT),
    ("city.shift", "shift_leader", "shift_leader", AreaKind.STREET),
    ("city.clerk", "community_clerk", "community_clerk", AreaKind.COMMUNITY),
    ("city.worker", "grid_worker", "grid_worker", AreaKind.GRID),
    ("city.officer", "department_officer", "officer", None),
)  # fmt: skip


def furnish_city(at: datetime) -> None:
    """Only what is missing: a second call changes nothing."""
    if not CalendarVersion.objects.filter(published_at__isnull=False).exists():
        load_years(by=BY, at=at, publish=True)
    if not CatalogVersion.objects.exists():
        load_catalog(content=content(), by=BY, at=at)
    if not DispatchRule.objects.exists():
        _departments(at)
    if not User.objects.filter(username=PEOPLE[0][0]).exists():
        _people()


def _departments(at: datetime) -> None:
    scheme = Scheme.objects.get(code=content()["scheme"]["code"])
    for district in Area.objects.filter(kind=AreaKind.DISTRICT, valid_to=None).order_by("code"):
        for code, name, majors in DEPARTMENTS:
            org = Organisation.objects.create(
                kind=OrgKind.DEPARTMENT,
                code=f"{district.code}-{code}",
                name=f"{district.name}{name}",
                area=district,
            )
            for major in majors:
                set_dispatch_rule(
                    scheme=scheme.code,
                    kind="event",
                    major_code=major,
                    organisation=org,
                    area=district,
                    by=BY,
                    at=at,
                )


def _people() -> None:
    office = Organisation.objects.filter(kind=OrgKind.DEPARTMENT).order_by("code")[0]
    centre = Organisation.objects.filter(kind=OrgKind.STREET_CENTRE).order_by("code")[0]
    password = make_password(PASSWORD)
    for username, role, post, level in PEOPLE:
        area = Area.objects.filter(kind=level, valid_to=None).order_by("path").first() if level else None
        org = centre if area else office
        user = User.objects.create(username=username, display_name=username, password=password)
        Grant.objects.create(
            user=user, role=Role.objects.get(code=role), area=area, organisation=None if area else office,
            valid_from=OPENED_ON,
        )  # fmt: skip
        Posting.objects.create(user=user, organisation=org, kind=post, area=area, valid_from=OPENED_ON)
