"""Organisations, accounts, grants, posts, duties and leaves of the demo."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point

from onegrid.accounts.duties.models import Duty, Leave
from onegrid.accounts.identity.actions import load_roles
from onegrid.accounts.identity.models import Grant, Posting, Role, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.demo.accounts import ACCOUNTS, PASSWORD
from onegrid.demo.loading.areas import OPENED_ON
from onegrid.demo.loading.steps import BY, Progress
from onegrid.demo.street.staff import PersonPlan, Roster
from onegrid.kit.audit import record
from onegrid.places.areas.models import CGCS2000, Area

PRIVATE = ("building_captain", "volunteer")  # neighbours who help: nothing of theirs is published


def write_people(
    roster: Roster,
    areas: dict[str, Area],
    doors: dict[str, tuple[float, float]],
    at: datetime,
    progress: Progress,
) -> tuple[dict[str, Organisation], dict[str, User]]:
    """Everybody and everything they hold; organisations and users by code and sign-in name.

    `doors`: longitude and latitude of a building that an organisation of this area may stand in, by area code.
    """
    load_roles(by=BY, at=at)
    orgs = _organisations(roster, areas, doors)
    users = _users(roster.people, at)
    progress(len(users))
    _grants(roster.people, users, orgs, areas)
    postings = _postings(roster.people, users, orgs, areas)
    _duties(roster.people, users, postings, areas, at)
    _leaves(roster.people, users, at)
    record("users.load", by=BY, about=users[roster.people[0].username], at=at, details={"count": len(users)})
    return orgs, users


def _organisations(
    roster: Roster, areas: dict[str, Area], doors: dict[str, tuple[float, float]]
) -> dict[str, Organisation]:
    """Parents come before children in the plan. An organisation stands in a building of what it serves."""
    found: dict[str, Organisation] = {}
    for one in roster.orgs:
        area = areas[one.area]
        found[one.code] = Organisation.objects.create(
            kind=one.kind, code=one.code, name=one.name, area=area, phone=one.phone,
            point=_standing(area, doors),
            parent=found[one.parent] if one.parent else None,
        )  # fmt: skip
    return found


def _standing(area: Area, doors: dict[str, tuple[float, float]]) -> Point | None:
    if area.code in doors:
        return Point(*doors[area.code], srid=CGCS2000)
    return Point(area.centre.x, area.centre.y, srid=CGCS2000) if area.centre is not None else None


def _users(people: list[PersonPlan], at: datetime) -> dict[str, User]:
    """Demo accounts share one password; nobody else can sign in."""
    demo, others = make_password(PASSWORD), make_password(None)
    open_to_try = {account.username for account in ACCOUNTS}
    rows = [
        User(
            username=one.username, display_name=one.name, phone=one.phone, date_joined=at,
            password=demo if one.username in open_to_try else others, must_change_password=False,
        )
        for one in people
    ]  # fmt: skip
    return {user.username: user for user in User.objects.bulk_create(rows)}


def _grants(
    people: list[PersonPlan], users: dict[str, User], orgs: dict[str, Organisation], areas: dict[str, Area]
) -> None:
    roles = {role.code: role for role in Role.objects.all()}
    Grant.objects.bulk_create(
        Grant(
            user=users[one.username], role=roles[role], area=areas[area] if area else None,
            organisation=orgs[org] if org else None, valid_from=OPENED_ON,
        )
        for one in people
        for role, area, org in one.grants
    )  # fmt: skip


def _postings(
    people: list[PersonPlan], users: dict[str, User], orgs: dict[str, Organisation], areas: dict[str, Area]
) -> dict[str, Posting]:
    rows = [
        Posting(
            user=users[one.username], kind=one.post[0], organisation=orgs[one.post[1]], area=areas[one.post[2]],
            public_phone="" if one.post[0] in PRIVATE else one.phone, valid_from=OPENED_ON,
        )
        for one in people
    ]  # fmt: skip
    return {one.username: row for one, row in zip(people, Posting.objects.bulk_create(rows), strict=True)}


def _duties(
    people: list[PersonPlan], users: dict[str, User], postings: dict[str, Posting], areas: dict[str, Area],
    at: datetime,
) -> None:  # fmt: skip
    Duty.objects.bulk_create(
        Duty(
            area=areas[duty.area], user=users[one.username], posting=postings[one.username], role=duty.role,
            weekdays=list(duty.weekdays), from_time=duty.from_time, to_time=duty.to_time,
            starts_at=at - timedelta(days=30),
        )
        for one in people
        for duty in one.duties
    )  # fmt: skip


def _leaves(people: list[PersonPlan], users: dict[str, User], at: datetime) -> None:
    Leave.objects.bulk_create(
        Leave(
            user=users[one.username], cover=users[one.away_covered_by], note="年休假（演示）",
            starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=6),
        )
        for one in people
        if one.away_covered_by
    )  # fmt: skip
