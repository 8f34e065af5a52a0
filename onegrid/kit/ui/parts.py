"""The plug-in point through which a portal puts something of its own onto every page it shows in the shell."""

from django.http import HttpRequest

from onegrid.kit.plugins import Registry


class PagePart:
    """Subclass in a portal's plugins.py under `@PAGE_PARTS.register("outbox")`. `head`, `strip`: names of templates
    for the end of <head> and for above the page's header; empty for none."""

    head: str = ""
    strip: str = ""

    def is_on(self, request: HttpRequest) -> bool:
        """Whether it belongs on this page. Called once a page: no query."""
        raise NotImplementedError


PAGE_PARTS: Registry[PagePart] = Registry(
    "page_parts", PagePart, "What a portal puts onto every page of its own, such as the state of the outbox"
)
