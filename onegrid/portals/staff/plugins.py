"""Navigation of the staff portal, and the slots of its home page, filled by portals and rooms."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.queries import unread_count
from onegrid.kit.plugins import Registry
from onegrid.kit.ui import NAVIGATION, NavigationEntry


@dataclass(frozen=True)
class Card:
    """A figure on the home page: what, how many, and where to look."""

    label: str
    value: str
    url: str


class HomeCard:
    def card(self, user: User, at: datetime) -> Card | None:
        """None when it does not concern this user."""
        raise NotImplementedError


HOME_CARDS = Registry("home_card", HomeCard, "figures on the staff home page, such as open cases")


@NAVIGATION.register("home")
class Home(NavigationEntry):
    label, url_name, icon, order = _("Home"), "staff:home", "home", 10


@NAVIGATION.register("map")
class Map(NavigationEntry):
    label, url_name, icon, order, permission = _("Map"), "staff:map", "map", 20, "areas.see"


@NAVIGATION.register("inbox")
class Inbox(NavigationEntry):
    label, url_name, icon, order, place = _("Inbox"), "staff:inbox", "bell", 10, "bar"

    def count(self, request: HttpRequest) -> int:
        return unread_count(viewer=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("account")
class Account(NavigationEntry):
    label, url_name, icon, order, place = _("My account"), "staff:account", "user", 10, "account"


@NAVIGATION.register("sign_out")
class SignOut(NavigationEntry):
    label, url_name, icon, order, place, post = _("Sign out"), "account_logout", "logout", 90, "account", True
