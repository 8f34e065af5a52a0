"""Addresses of sign-in (the library's names, without sign-up and mail pages) and of the staff portal."""

from allauth.account import views as account
from allauth.socialaccount import views as social
from allauth.usersessions import views as sessions
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from onegrid.portals.staff import pages, portrait
from onegrid.portals.staff.map import pages as map_pages

staff = (
    [
        path("", pages.home, name="home"),
        path("inbox/", pages.inbox, name="inbox"),
        path("inbox/news/", pages.inbox_news, name="inbox_news"),
        path("inbox/read/", pages.read_all, name="inbox_read_all"),
        path("inbox/<int:notice_id>/", pages.open_notice, name="notice"),
        path("account/", pages.account, name="account"),
        path("account/sessions/<int:session_id>/end/", pages.end_session, name="end_session"),
        path("account/portrait/", portrait.portrait, name="portrait"),
        path("account/portrait/photo/", portrait.photo, name="portrait_photo"),
        path("account/portrait/withdraw/", portrait.withdraw, name="portrait_withdraw"),
        path("map/", map_pages.street_map, name="map"),
        path("map/areas/<int:area_id>/card", map_pages.card, name="map_card"),
        path("duty/<int:area_id>/", pages.who_answers, name="who_answers"),
    ],
    "staff",
)

signin = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("two-factor/", include("allauth.mfa.urls")),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]

openid = [
    path("openid/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("openid/error/", social.login_error, name="socialaccount_login_error"),
    path("openid/closed/", social.signup, name="socialaccount_signup"),
    path("openid/connections/", social.connections, name="socialaccount_connections"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", include(staff)),
    path("account/", include(signin)),
]
if settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]:
    urlpatterns.append(path("account/", include(openid)))
