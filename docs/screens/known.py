"""What the addresses of pages.py need that no link leads to: numbers, codes and labels in the demo's database."""

from onegrid.cases.catalog.models import CatalogVersion
from onegrid.cases.flow.models import Case
from onegrid.places.areas.models import Area
from onegrid.registry.cuts.models import Cut
from onegrid.registry.facilities.models import Facility


def known() -> dict[str, object]:
    closed, reported = newest("closed"), newest("reported")
    return {
        "closed": closed.number,
        "follow": f"{closed.number}/{closed.follow_code}",
        "reported": f"{reported.number}/{reported.follow_code}",
        "grid": Area.objects.filter(kind="grid").values_list("pk", flat=True)[0],
        "version": CatalogVersion.objects.values_list("pk", flat=True)[0],
        "cut": Cut.objects.filter(state="published").values_list("pk", flat=True)[0],
        "label": Facility.objects.values_list("code", flat=True)[0],
    }


def newest(state: str) -> Case:
    return Case.objects.filter(state=state).exclude(follow_code="").latest("id")
