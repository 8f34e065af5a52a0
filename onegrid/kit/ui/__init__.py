"""What pages are made of: navigation, components (templates/cotton), the shells kit/page.html and kit/public.html."""

from onegrid.kit.ui.home import HOME_FIGURES, Figure, HomeFigures
from onegrid.kit.ui.navigation import NAVIGATION, NavigationEntry
from onegrid.kit.ui.parts import PAGE_PARTS, PagePart

__all__ = [
    "HOME_FIGURES",
    "NAVIGATION",
    "PAGE_PARTS",
    "Figure",
    "HomeFigures",
    "NavigationEntry",
    "PagePart",
]
