"""The counts of the map follow what happens to single things."""

from collections.abc import Sequence

from onegrid.kit.facts import Heard, listens
from onegrid.registry.things.counting import recount
from onegrid.registry.things.facts import ThingMoved, ThingPlaced, ThingStatusChanged


@listens("things.cells", to=[ThingPlaced, ThingMoved, ThingStatusChanged])
def count_again(batch: Sequence[Heard]) -> None:
    places = [(heard.fact.lon, heard.fact.lat) for heard in batch]
    places += [
        (heard.fact.from_lon, heard.fact.from_lat) for heard in batch if isinstance(heard.fact, ThingMoved)
    ]
    recount(places)
