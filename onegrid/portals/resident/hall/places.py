"""For which community somebody reads: chosen in the address of the page, kept nowhere."""

from dataclasses import dataclass

from django.http import HttpRequest

from onegrid.places.areas.kinds import AreaKind
from onegrid.places.areas.models import Area
from onegrid.places.areas.queries import areas_of

MOST_CHOICES = 300


@dataclass(frozen=True)
class Reading:
    """The communities to choose from (streets, where there are too many), and the one that was chosen."""

    choices: list[Area]
    chosen: Area | None

    @property
    def path(self) -> str:
        return self.chosen.path if self.chosen else ""


def choices() -> list[Area]:
    communities = list(areas_of(AreaKind.COMMUNITY)[: MOST_CHOICES + 1])
    return communities if len(communities) <= MOST_CHOICES else list(areas_of(AreaKind.STREET)[:MOST_CHOICES])


def reading(request: HttpRequest) -> Reading:
    """An unknown choice is none."""
    known = choices()
    asked = request.GET.get("for", "")
    return Reading(known, next((one for one in known if str(one.pk) == asked), None))
