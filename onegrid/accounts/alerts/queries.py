"""Who is told, and what they were told."""

from onegrid.accounts.alerts.models import PartState
from onegrid.accounts.identity.models import Grant, User
from onegrid.kit.actors import Actor
from onegrid.kit.health import Part, look_at_all
from onegrid.kit.health.parts import slow_statements
from onegrid.places.areas.access import require_everywhere

MOST_TOLD = 50


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
