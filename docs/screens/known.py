"""What the addresses of pages.py need that no link leads to: numbers, codes and labels in the demo's database."""

from collections.abc import Callable

from onegrid.cases.catalog.models import CatalogVersion
from onegrid.cases.flow.models import Case
from onegrid.places.areas.models import Area
from onegrid.registry.cuts.models import Cut
from onegrid.registry.facilities.models import Facility


class Known(dict[str, object]):
    """For `str.format_map`: each word is looked up when an address asks for it, so that one that a database does not
    hold costs only the pages that need it. LookupError then."""

    def __missing__(self, word: str) -> object:
        if word not in WORDS:
            raise LookupError(f"no word {{{word}}} is known")
        try:
            self[word] = WORDS[word]()
        except (LookupError, Case.DoesNotExist):
            raise LookupError(f"this database holds nothing for {{{word}}}") from None
        return self[word]


def newest(state: str) -> Case:
    return Case.objects.filter(state=state).exclude(follow_code="").latest("id")


def followed(state: str) -> str:
    case = newest(state)
    return f"{case.number}/{case.follow_code}"


WORDS: dict[str, Callable[[], object]] = {
    "closed": lambda: newest("closed").number,
    "follow": lambda: followed("closed"),
    "reported": lambda: followed("reported"),
    "grid": lambda: Area.objects.filter(kind="grid").values_list("pk", flat=True)[0],
    "version": lambda: CatalogVersion.objects.values_list("pk", flat=True)[0],
    "cut": lambda: Cut.objects.filter(state="published").values_list("pk", flat=True)[0],
    "label": lambda: Facility.objects.values_list("code", flat=True)[0],
}
