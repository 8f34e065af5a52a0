"""What pages are made of: navigation, components (templates/cotton), the shells kit/page.html and kit/public.html."""

from onegrid.kit.ui.navigation import NAVIGATION, NavigationEntry

__all__ = ["NAVIGATION", "NavigationEntry"]
