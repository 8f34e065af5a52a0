"""The plug-in point through which each portal puts its pages into the shell."""

from typing import Literal

from django.http import HttpRequest
from django.utils.functional import Promise

from onegrid.kit.facts import Fact
from onegrid.kit.plugins import Registry


class NavigationEntry:
    """One way into a page. Subclass in a portal's plugins.py under `@NAVIGATION.register("map")`.

    `permission`: shown to those who may do it anywhere (several: all of them); None: to everyone signed in. `order`:
    smaller comes first; phones show the first four and put the rest under "More". `place`: the rail, the top bar (an
    icon, such as the inbox), the account menu, or the residents' shell. `post`: a button that posts (signing out).
    `live`: facts that change the count while a page is open; what is new then is read as JSON at `news_url_name`.
    """

    label: str | Promise = ""
    url_name: str = ""
    icon: str = "layout-grid"
    permission: str | tuple[str, ...] | None = None
    order: int = 100
    place: Literal["rail", "bar", "account", "public"] = "rail"
    post: bool = False
    live: tuple[type[Fact], ...] = ()
    news_url_name: str = ""

    def count(self, request: HttpRequest) -> int:
        """Shown as a badge when above zero, such as unread notices. Called once per page: keep it one query."""
        return 0


NAVIGATION: Registry[NavigationEntry] = Registry(
    "navigation", NavigationEntry, "Ways into pages, shown in the shell to those who may use them"
)
