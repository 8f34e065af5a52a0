"""What pages are made of: navigation, components (templates/cotton), the shells kit/page.html and kit/public.html."""

from onegrid.kit.ui.home import HOME_FIGURES, HOME_PAGES, Figure, HomeFigures, HomePage
from onegrid.kit.ui.navigation import NAVIGATION, NavigationEntry
from onegrid.kit.ui.parts import PAGE_PARTS, PagePart

__all__ = [
    "HOME_FIGURES",
    "HOME_PAGES",
    "NAVIGATION",
    "PAGE_PARTS",
    "Figure",
    "HomeFigures",
    "HomePage",
    "NavigationEntry",
    "PagePart",
]
