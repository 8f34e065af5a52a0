"""Things in both streets: three in grid 0 of A, two in the other community of A, four in B."""

from datetime import date

import pytest

from onegrid.registry.things.loading import ThingRow, load_classes, load_things
from onegrid.registry.things.models import ThingClass
from tests.streets import BY, STARTS, streets  # noqa: F401  a fixture


@pytest.fixture
def classes(db):
    load_classes(by=BY, at=STARTS)
    return dict(ThingClass.objects.values_list("code", "pk"))


@pytest.fixture
def things(streets, classes):  # noqa: F811  the fixture imported above
    load_things(rows(streets, classes), by=BY, at=STARTS)
    return streets


def rows(streets, classes):  # noqa: F811
    serial = 0
    for street, grid, count in ((streets.a, 0, 3), (streets.a, 2, 2), (streets.b, 0, 4)):
        lon, lat = street.at(grid)
        place = street.grids[grid]
        for step in range(count):
            serial += 1
            yield ThingRow(
                identifier=f"99010101001{serial:06d}",
                class_id=classes["01001"],
                lon=lon + step * 0.0001,
                lat=lat,
                grid_id=place.pk,
                street_id=street.area.pk,
                community_id=place.parent_id,
                area_path=place.path,
                started_on=date(2026, 1, 1),
            )
