"""Throttle: how often one address may try something, counted in one table for all processes together.

    GUESSES = Limit("follow_code", 20, timedelta(minutes=15))
    spend(GUESSES, who=address_of(request), at=now)   # TooMany (429) once the limit is passed
    count_visit(LOOK_UPS, request)                    # the same, for whoever has not signed in

A table of our own, because nothing else is shared by all processes here: there is no Redis, memory is per process,
and Django's database cache cannot count without losing counts when two count at once. One upsert, about 0.2 ms.
"""

from onegrid.kit.throttle.counting import TooMany, forget, refuse_if_spent, spend
from onegrid.kit.throttle.rules import Limit, caller_of
from onegrid.kit.throttle.visitors import address_of, count_visit

__all__ = ["Limit", "TooMany", "address_of", "caller_of", "count_visit", "forget", "refuse_if_spent", "spend"]
