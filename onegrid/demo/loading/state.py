"""Whether a demo is in this database. Light to import: every start asks."""

from onegrid.places.areas.models import Area

STREET_CODE, CITY_CODE = "990101001", "990200"


def street_is_loaded() -> bool:
    return Area.objects.filter(kind="street", code=STREET_CODE, valid_to=None).exists()


def city_is_loaded() -> bool:
    return Area.objects.filter(kind="city", code=CITY_CODE, valid_to=None).exists()
