"""Navigation of the staff portal."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.facts import NoticeWritten
from onegrid.accounts.notices.queries import unread_count
from onegrid.kit.ui import NAVIGATION, NavigationEntry


@NAVIGATION.register("home")
class Home(NavigationEntry):
    label, url_name, icon, order = _("Home"), "staff:home", "home", 10


@NAVIGATION.register("map")
class Map(NavigationEntry):
    label, url_name, icon, order, permission = _("Map"), "staff:map", "map", 20, "areas.see"


@NAVIGATION.register("inbox")
class Inbox(NavigationEntry):
    label, url_name, icon, order, place = _("Inbox"), "staff:inbox", "bell", 10, "bar"
    live, news_url_name = (NoticeWritten,), "staff:inbox_news"

    def count(self, request: HttpRequest) -> int:
        return unread_count(viewer=request.user) if isinstance(request.user, User) else 0


@NAVIGATION.register("account")
class Account(NavigationEntry):
    label, url_name, icon, order, place = _("My account"), "staff:account", "user", 10, "account"


@NAVIGATION.register("sign_out")
class SignOut(NavigationEntry):
    label, url_name, icon, order, place, post = _("Sign out"), "account_logout", "logout", 90, "account", True
