"""What pages are made of: navigation, components (templates/cotton), the shells kit/page.html and kit/public.html."""

from onegrid.kit.ui.home import HOME_FIGURES, Figure, HomeFigures
from onegrid.kit.ui.navigation import NAVIGATION, NavigationEntry

__all__ = ["HOME_FIGURES", "NAVIGATION", "Figure", "HomeFigures", "NavigationEntry"]
