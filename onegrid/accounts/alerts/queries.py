"""Who is told, who can be called, and what they were told."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from onegrid.accounts.alerts.models import PartState
from onegrid.accounts.duties.models import Leave
from onegrid.accounts.duties.queries import OnDuty, responsible
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.notices.models import ChannelMessage, Notice
from onegrid.kit.actors import Actor
from onegrid.kit.health import Part, look_at_all
from onegrid.kit.health.slow import slow_statements, slowest_statements
from onegrid.places.areas.access import require_everywhere
from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area

MOST_TOLD = 50
STREETS_MOST = 30
NOTICES_LOOKED_THROUGH = 200
TEST = "test_alert"  # kind of the notice


def operators() -> list[User]:
    """Whoever looks after the platform, in the order in which they came."""
    grants = Grant.objects.reaching().filter(role__permissions__contains=["health.see"])
    there = User.objects.filter(is_active=True, left_at=None, pk__in=grants.values("user_id"))
    return list(there.order_by("pk")[:MOST_TOLD])


def health_of_parts(*, viewer: Actor) -> list[Part]:
    """Every part as it is now. "health.see" must reach everywhere: the machine serves all areas."""
    require_everywhere(viewer, "health.see")
    return look_at_all()


def statements_now(*, viewer: Actor) -> list[dict]:
    """Statements that run for more than a second, without the values in them."""
    require_everywhere(viewer, "health.see")
    return slow_statements()


def told_states(*, viewer: Actor) -> dict[str, PartState]:
    """By part: since when it is so, and whether operators were told."""
    require_everywhere(viewer, "health.see")
    return {row.name: row for row in PartState.objects.all()}


def slowest_so_far(*, viewer: Actor) -> list[dict] | None:
    """Statements with the longest mean, without the values in them; None where the server does not count."""
    require_everywhere(viewer, "health.see")
    return slowest_statements()


@dataclass(frozen=True)
class OnCall:
    """Somebody who looks after the platform: the work phone of the post, "" without one; away on leave, and who
    covers."""

    user: User
    phone: str
    away: bool
    cover: User | None


def on_call(*, viewer: Actor, at: datetime) -> list[OnCall]:
    """Operators with their work phones, those who are there before those on leave."""
    require_everywhere(viewer, "health.see")
    people = operators()
    posts = (
        Posting.objects.serving_on(timezone.localdate(at)).filter(user__in=people).exclude(public_phone="")
    )
    phones = dict(posts.order_by("-pk").values_list("user_id", "public_phone"))
    leaves = Leave.objects.filter(user__in=people, cancelled_at=None, starts_at__lte=at, ends_at__gt=at)
    away = {leave.user_id: leave.cover for leave in leaves.select_related("cover")}
    rows = [OnCall(one, phones.get(one.pk, ""), one.pk in away, away.get(one.pk)) for one in people]
    return sorted(rows, key=lambda row: row.away)


def streets_now(*, viewer: Actor, at: datetime) -> list[tuple[Area, OnDuty | None]]:
    """Streets by code, each with who answers there now, by the duties; at most STREETS_MOST."""
    require_everywhere(viewer, "health.see")
    open_ones = Area.objects.valid_on(timezone.localdate(at)).filter(kind=AreaKind.STREET)
    streets = list(open_ones.order_by("code")[:STREETS_MOST])
    found = responsible([street.pk for street in streets], at)
    return [(street, found.get(street.pk)) for street in streets]


def own_test_alerts(*, viewer: User) -> list[ChannelMessage]:
    """What became of the newest test alert that the viewer sent: one message a channel."""
    require_everywhere(viewer, "health.see")
    newest = Notice.objects.filter(recipient=viewer).order_by("-pk")[:NOTICES_LOOKED_THROUGH]
    test = next((notice.pk for notice in newest if notice.kind == TEST), None)
    return list(ChannelMessage.objects.filter(notice=test).order_by("channel")) if test else []
