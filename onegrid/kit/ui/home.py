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


class HomePage:
    """Where somebody's day begins, for those who should not begin at the figures: subclass in a portal's plugins.py
    under `@HOME_PAGES.register("oversee")`; `order`: smaller is asked first."""

    order: int = 100
    url_name: str = ""

    def is_home_of(self, request: HttpRequest) -> bool:
        """Whether the signed-in person begins here. No query of its own."""
        raise NotImplementedError


HOME_PAGES: Registry[HomePage] = Registry(
    "home_pages", HomePage, "The page on which a kind of person begins after signing in"
)


def first_page(request: HttpRequest) -> str:
    """The name of its address; "" for whoever begins at home."""
    plugs = sorted(HOME_PAGES, key=lambda pair: (pair[1].order, pair[0]))
    return next((plug.url_name for _key, plug in plugs if plug.is_home_of(request)), "")
