"""The plug-in point through which portals put figures on the home page of staff."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.functional import Promise

from onegrid.kit.plugins import Registry


@dataclass(frozen=True)
class Figure:
    """What, how many, and the list it counts. `mine`: it waits for the very person who looks."""

    label: str | Promise
    value: str
    url: str
    mine: bool = False


class HomeFigures:
    """Subclass in a portal's plugins.py under `@HOME_FIGURES.register("open_cases")`; `order`: smaller first."""

    order: int = 100

    def figures(self, request: HttpRequest, at: datetime) -> list[Figure]:
        """Empty when it does not concern this person. One query."""
        raise NotImplementedError


HOME_FIGURES: Registry[HomeFigures] = Registry(
    "home_figures", HomeFigures, "Figures on the home page of staff, such as open cases"
)


def home_figures(request: HttpRequest, at: datetime) -> list[Figure]:
    """All of them, what waits for this person first."""
    plugs = sorted(HOME_FIGURES, key=lambda pair: (pair[1].order, pair[0]))
    found = [figure for _key, plug in plugs for figure in plug.figures(request, at)]
    return sorted(found, key=lambda figure: not figure.mine)
