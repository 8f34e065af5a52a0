"""Reading accounts. People are shown only to viewers who reach a post or grant of theirs."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor


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
    scope = viewer.scope("accounts.see")
    posts = Posting.objects.filter(_valid(today)).filter(
        scope.q("organisation__area__path", "organisation") | scope.q("area__path", "organisation")
    )
    grants = Grant.objects.filter(_valid(today)).filter(
        scope.q("organisation__area__path", "organisation") | scope.q("area__path", "organisation")
    )
    found = User.objects.filter(Q(pk__in=posts.values("user")) | Q(pk__in=grants.values("user")))
    if text:
        found = found.filter(Q(display_name__icontains=text) | Q(username__icontains=text))
    return found.order_by("id")


def people_of(organisation: Organisation, *, viewer: Actor, at: datetime) -> QuerySet[Posting] | None:
    """Posts held there that day, with their people; None for whoever may not see people there."""
    if not viewer.scope("accounts.see").covers(organisation.area.path, organisation.pk):
        return None
    rows = Posting.objects.serving_on(timezone.localdate(at)).filter(organisation=organisation)
    return rows.select_related("user", "area").order_by("kind", "id")


def posts_of(user: User, at: datetime) -> list[Posting]:
    """Posts held on that day, with organisation and area."""
    rows = Posting.objects.serving_on(timezone.localdate(at)).filter(user=user)
    return list(rows.select_related("organisation", "area").order_by("id"))


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
