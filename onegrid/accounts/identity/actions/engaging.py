"""Taking people on, one or many at once, and moving somebody from one post to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.actions import appoint, create_user, end_grant, end_posting, grant_role
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.identity.passwords import first_password
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.areas.models import Area

MOST_AT_ONCE = 500


@dataclass(frozen=True)
class NewPerson:
    """Somebody with a post and, usually, a role. Without an area the role reaches what is the organisation's."""

    username: str
    display_name: str
    organisation: Organisation
    post: PostKind
    role_code: str = ""
    area: Area | None = None
    phone: str = ""
    public_phone: str = ""


@dataclass(frozen=True)
class TakenOn:
    """The account and its first password, which is kept nowhere."""

    user: User
    password: str


@transaction.atomic
def take_on(*, person: NewPerson, by: Actor, at: datetime) -> TakenOn:
    """Account, post and role in one. Refused: as create_user, appoint and grant_role."""
    password = first_password()
    user = create_user(
        username=person.username,
        display_name=person.display_name,
        password=password,
        phone=person.phone,
        by=by,
        at=at,
    )
    appoint(
        user=user,
        organisation=person.organisation,
        kind=person.post,
        area=person.area,
        public_phone=person.public_phone,
        by=by,
        at=at,
    )
    if person.role_code:
        grant_role(
            user=user,
            role_code=person.role_code,
            area=person.area,
            organisation=None if person.area else person.organisation,
            by=by,
            at=at,
        )
    return TakenOn(user, password)


@transaction.atomic
def take_on_all(*, people: Sequence[NewPerson], by: Actor, at: datetime) -> list[TakenOn]:
    """All of them or nobody. Refused: nobody_to_take_on, too_many_people, and as take_on, with the `row` (from 1)."""
    if not people:
        raise Refused("nobody_to_take_on", _("There is nobody in the list."))
    if len(people) > MOST_AT_ONCE:
        words = _("At most %(most)s people at once: divide the list.")
        raise Refused("too_many_people", words % {"most": MOST_AT_ONCE}, most=MOST_AT_ONCE)
    taken = []
    for row, person in enumerate(people, start=1):
        try:
            taken.append(take_on(person=person, by=by, at=at))
        except Refused as refusal:
            raise Refused(refusal.code, refusal.message, **{**refusal.details, "row": row}) from None
    return taken


@transaction.atomic
def transfer_post(
    *,
    posting_id: int,
    organisation: Organisation,
    kind: PostKind,
    by: Actor,
    at: datetime,
    area: Area | None = None,
    public_phone: str = "",
    on: date | None = None,
    with_roles: bool = True,
) -> Posting:
    """调岗: one post ends and another begins on the same day; roles given for the old place move along.

    Roles: those open on that day whose place is just that of the old post. Duties stay until they are handed over.
    Needs the right at both places. Refused: ended_already, empty_term, same_post, user_left, org_closed.
    """
    old = Posting.objects.select_related("user", "area", "organisation__area").filter(pk=posting_id).first()
    if old is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if (old.organisation_id, old.kind, old.area_id) == (organisation.pk, kind, area.pk if area else None):
        raise Refused("same_post", _("This is the post that is held already."))
    day = on or timezone.localdate(at)
    grants = list(_grants_of_place(old, day)) if with_roles else []
    end_posting(posting_id=old.pk, on=day, by=by, at=at)
    new = appoint(
        user=old.user,
        organisation=organisation,
        kind=kind,
        area=area,
        public_phone=public_phone,
        valid_from=day,
        by=by,
        at=at,
    )
    for grant in grants:
        end_grant(grant_id=grant.pk, on=day, by=by, at=at)
        grant_role(
            user=old.user,
            role_code=grant.role.code,
            area=area,
            organisation=None if area else organisation,
            valid_from=day,
            by=by,
            at=at,
        )
    details = {"from": old.pk, "to": new.pk, "grants": [grant.pk for grant in grants]}
    record("users.transfer", by=by, about=old.user, at=at, details=details)
    return new


def _grants_of_place(old: Posting, day: date) -> list[Grant]:
    there = Q(area=old.area, organisation=None) if old.area_id else Q(pk__in=[])
    theirs = Q(organisation=old.organisation)
    theirs &= Q(area=None) | Q(area=old.area) if old.area_id else Q(area=None)
    open_then = Q(valid_to=None) | Q(valid_to__gt=day)
    found = Grant.objects.filter(there | theirs, open_then, user=old.user, valid_from__lte=day)
    return list(found.select_related("role").order_by("id"))
