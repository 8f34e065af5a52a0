"""What every shell shows: where we are, who is signed in, the ways on from here."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse

from onegrid.kit.ui.live import live_stream_from_now
from onegrid.kit.ui.navigation import NAVIGATION, NavigationEntry
from onegrid.kit.ui.parts import PAGE_PARTS, PagePart

THEMES = ("auto", "light", "dark")
TYPE_SIZES = ("normal", "big")
MOST_COUNTED = 99


@dataclass(frozen=True)
class Way:
    """A navigation entry as one page shows it."""

    key: str
    entry: NavigationEntry
    url: str
    here: bool
    count: int
    stream: str = ""
    news: str = ""

    @property
    def counted(self) -> str:
        """As people read it: who counts stops at one more than MOST_COUNTED."""
        return f"{MOST_COUNTED}+" if self.count > MOST_COUNTED else str(self.count)


class Shell:
    """Read lazily and once: a page without navigation pays nothing for it, and a list of ways that a page walks twice
    is counted once."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def theme(self) -> str:
        return _one_of(THEMES, self.request.COOKIES.get("look_theme"))

    @property
    def type_size(self) -> str:
        return _one_of(TYPE_SIZES, self.request.COOKIES.get("look_type"))

    @property
    def place_name(self) -> str:
        """The street: the setting SITE_NAME, else the widest area of the signed-in person (`user.place_name`)."""
        return getattr(settings, "SITE_NAME", "") or getattr(self.user, "place_name", "") or ""

    @cached_property
    def user(self) -> object | None:
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def rail(self) -> list[Way]:
        return self._ways("rail")

    @cached_property
    def bar(self) -> list[Way]:
        return self._ways("bar")

    @cached_property
    def account(self) -> list[Way]:
        return self._ways("account")

    @cached_property
    def public(self) -> list[Way]:
        return self._ways("public")

    @cached_property
    def parts(self) -> list[PagePart]:
        """What portals put onto this page beside its own content."""
        return [part for _key, part in PAGE_PARTS if part.is_on(self.request)]

    def _ways(self, place: str) -> list[Way]:
        entries = [(key, entry) for key, entry in NAVIGATION if entry.place == place and self._may_see(entry)]
        entries.sort(key=lambda pair: (pair[1].order, pair[0]))
        found = [(key, entry, url) for key, entry in entries if (url := _address(entry)) is not None]
        here = self._nearest([url for _key, _entry, url in found])
        return [
            Way(key, entry, url, url == here, entry.count(self.request), *self._live(entry))
            for key, entry, url in found
        ]

    def _live(self, entry: NavigationEntry) -> tuple[str, str]:
        """Where the entry's count goes on while the page is open, and where what is new is read."""
        if not entry.live:
            return "", ""
        return live_stream_from_now(self.request, entry.live), reverse(entry.news_url_name)

    def _nearest(self, urls: list[str]) -> str | None:
        """The longest address the present page lies under: on the map only the map is lit, not home as well."""
        path = self.request.path
        under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
        return max(under, key=len, default=None)

    def _may_see(self, entry: NavigationEntry) -> bool:
        if entry.place == "public":
            return True
        if self.user is None:
            return False
        needed = (entry.permission,) if isinstance(entry.permission, str) else entry.permission or ()
        return all(self.user.scope(what).reaches for what in needed)  # type: ignore[attr-defined]  # accounts.User is an Actor


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `{{ shell }}` in every template."""
    return {"shell": Shell(request)}


def _address(entry: NavigationEntry) -> str | None:
    return _address_of(entry.url_name, get_resolver(get_urlconf()), get_script_prefix())


@lru_cache(maxsize=500)
def _address_of(url_name: str, _resolver: URLResolver, _prefix: str) -> str | None:
    """Two dozen on every page, the same for everybody: looked for once in each table of addresses."""
    try:
        return reverse(url_name)
    except NoReverseMatch:  # a portal may be left out of an installation
        return None


def _one_of(allowed: tuple[str, ...], value: str | None) -> str:
    return value if value in allowed else allowed[0]
