"""The ground that benches stand on: the demo street, filled up to so many cases, whatever the database holds."""

from django.utils import timezone

from onegrid.cases.flow.models import Case
from onegrid.console.demo import _fill
from onegrid.demo.loading.state import city_is_loaded, street_is_loaded
from onegrid.demo.loading.street import load_street
from onegrid.demo.seeds import DEFAULT_SEED

THINGS = 2_000  # components of the street; `bench tiles` loads its own


def furnished(cases: int = 0) -> int:
    """Loads the street into a database that has neither street nor city, and adds what is missing to so many cases.
    How many there are then."""
    if not street_is_loaded() and not city_is_loaded():
        print("the demo street is loaded first", flush=True)
        load_street(DEFAULT_SEED, timezone.now(), things=THINGS)
    _fill(cases, DEFAULT_SEED)
    return Case.objects.count()
