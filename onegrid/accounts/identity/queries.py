"""Reading accounts. People are shown only to viewers who reach a post or grant of theirs."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import Grant, Posting, Role, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotAllowed, NotFound

UNDRAWN = (
    "area__boundary", "area__centre",
    "organisation__point", "organisation__area__boundary", "organisation__area__centre",
)  # fmt: skip  # borders stay in the database where nothing is drawn
SEE = "accounts.see"


def account_for_claim(name: str) -> User | None:
    """The serving account whose sign-in name an identity provider vouches for. Superusers sign in by password."""
    if not name:
        return None
    return User.objects.filter(
        username__iexact=name, is_active=True, left_at=None, is_superuser=False
    ).first()


def people(*, viewer: Actor, at: datetime, text: str = "") -> QuerySet[User]:
    """Accounts in the viewer's reach ("accounts.see"), by id; `text` narrows by name or sign-in name."""
    today = timezone.localdate(at)
    found = User.objects.filter(_reached(viewer, _valid(today)))
    return _with_text(found, text).order_by("id")


SERVING, LOCKED, LEFT = "serving", "locked", "left"


@dataclass(frozen=True)
class PeopleAsked:
    """What a list of people is narrowed by. `post`: a PostKind, `role`: a role's code, `org_id`: an organisation."""

    text: str = ""
    show: str = SERVING
    post: str = ""
    role: str = ""
    org_id: int = 0


def people_list(*, viewer: Actor, at: datetime, asked: PeopleAsked) -> QuerySet[User]:
    """Accounts in reach by name, each with `posts_shown` and `grants_shown`: those valid that day and in reach.

    Who left is found through what he once had. NotAllowed for those who see no accounts anywhere.
    """
    require_some(viewer)
    today = timezone.localdate(at)
    valid = Q() if asked.show == LEFT else _ahead(today)
    found = _with_text(User.objects.filter(_reached(viewer, valid)), asked.text)
    if asked.show == LEFT:
        found = found.exclude(left_at=None)
    else:
        found = found.filter(left_at=None, is_active=asked.show != LOCKED)
    if asked.post or asked.org_id:
        held = Posting.objects.filter(valid)
        held = held.filter(kind=asked.post) if asked.post else held
        held = held.filter(organisation=asked.org_id) if asked.org_id else held
        found = found.filter(pk__in=held.values("user"))
    if asked.role:
        found = found.filter(pk__in=Grant.objects.filter(valid, role__code=asked.role).values("user"))
    return _with_places(found, viewer, valid).order_by("display_name", "id")


def person(user_id: int, *, viewer: Actor) -> User:
    """One account in reach, also of somebody who left, with every post and role he has or had there, the newest
    first. NotFound elsewhere."""
    require_some(viewer)
    found = User.objects.filter(_reached(viewer, Q()), pk=user_id)
    one = _with_places(found, viewer, Q()).first()
    if one is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return one


def require_some(viewer: Actor) -> None:
    if not viewer.scope(SEE).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)


def roles() -> list[Role]:
    return list(Role.objects.order_by("id"))


def _reached(viewer: Actor, valid: Q) -> Q:
    """Accounts with a post or a role, of those that `valid` leaves, at a place in the viewer's reach."""
    scope = viewer.scope(SEE)
    if scope.covers():
        return Q()
    there = _there(viewer)
    posts, grants = Posting.objects.filter(valid, there), Grant.objects.filter(valid, there)
    return Q(pk__in=posts.values("user")) | Q(pk__in=grants.values("user"))


def _there(viewer: Actor) -> Q:
    scope = viewer.scope(SEE)
    return scope.q("organisation__area__path", "organisation") | scope.q("area__path", "organisation")


def _with_text(found: QuerySet[User], text: str) -> QuerySet[User]:
    words = text.strip()
    return found.filter(Q(display_name__icontains=words) | Q(username__icontains=words)) if words else found


def _with_places(found: QuerySet[User], viewer: Actor, valid: Q) -> QuerySet[User]:
    there = _there(viewer)
    posts = Posting.objects.filter(valid, there).select_related("organisation__area", "area").defer(*UNDRAWN)
    grants = Grant.objects.filter(valid, there).select_related("role", "organisation__area", "area")
    grants = grants.defer(*UNDRAWN)
    return found.prefetch_related(
        Prefetch("postings", posts.order_by("-valid_from", "-id"), to_attr="posts_shown"),
        Prefetch("grants", grants.order_by("-valid_from", "-id"), to_attr="grants_shown"),
    )


def _ahead(day: date) -> Q:
    """Valid that day or later."""
    return Q(valid_to=None) | Q(valid_to__gt=day)


def people_of(organisation: Organisation, *, viewer: Actor, at: datetime) -> QuerySet[Posting] | None:
    """Posts held there that day, with their people; None for whoever may not see people there."""
    if not viewer.scope(SEE).covers(organisation.area.path, organisation.pk):
        return None
    rows = Posting.objects.serving_on(timezone.localdate(at)).filter(organisation=organisation)
    return rows.select_related("user", "area").defer("area__boundary", "area__centre").order_by("kind", "id")


def posts_of(user: User, at: datetime) -> list[Posting]:
    """Posts held on that day, with organisation and area."""
    rows = Posting.objects.serving_on(timezone.localdate(at)).filter(user=user)
    rows = rows.select_related("organisation", "area").defer("area__boundary", "area__centre")
    return list(rows.order_by("id"))


def roles_of(user: User) -> list[Grant]:
    """Grants valid today, with role, area and organisation."""
    return list(
        Grant.objects.reaching()
        .filter(user=user)
        .select_related("role", "area", "organisation")
        .order_by("id")
    )


def _valid(day: date) -> Q:
    return (Q(valid_to=None) | Q(valid_to__gt=day)) & Q(valid_from__lte=day)


def organisations_then(moments: dict[int, datetime]) -> dict[int, str]:
    """User id → name of an organisation in which the person held a post at that moment; else of any later one."""
    rows = (
        Posting.objects.filter(user__in=list(moments))
        .select_related("organisation")
        .order_by("-valid_from", "-id")
    )
    found: dict[int, str] = {}
    for row in rows:
        day = timezone.localdate(moments[row.user_id])
        held = row.valid_from <= day and (row.valid_to is None or row.valid_to > day)
        if held or row.user_id not in found:
            found[row.user_id] = row.organisation.name
    return found
