"""Who asks, on pages behind sign-in."""

from django.http import HttpRequest

from onegrid.accounts.identity.models import User


def me(request: HttpRequest) -> User:
    """The signed-in user. Only for views that `login_required` guards."""
    assert isinstance(request.user, User)
    return request.user
