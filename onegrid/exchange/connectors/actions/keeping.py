"""What is done by the clock: tries that nobody ended, and what is old."""

from datetime import datetime

from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.actions.sending import defer_errand
from onegrid.exchange.connectors.models import Errand, ErrandState, Exchange, Nonce

AT_ONCE = 200


def retry_left_behind(*, at: datetime) -> int:
    """Errands whose try was killed in the middle, or whose job is gone, get another job. How many."""
    waiting = Errand.objects.filter(
        state=ErrandState.WAITING, not_before__lt=at - rules.LEASE, ticket__system__is_on=True
    ).exclude(leased_until__gt=at)
    found = list(waiting.order_by("not_before")[:AT_ONCE])
    for errand in found:
        defer_errand(errand, at)
    return len(found)


def forget(*, at: datetime) -> int:
    """Used nonces whose time is over, and the log of old exchanges. How many rows."""
    nonces = Nonce.objects.filter(at__lt=at - 2 * rules.CLOCKS_APART).delete()[0]
    return nonces + Exchange.objects.filter(at__lt=at - rules.KEPT).delete()[0]
