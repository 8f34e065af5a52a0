"""Who calls the JSON interface: an application by its key, or a person by the session of the browser."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer
from ninja.security.session import SessionAuth

from onegrid.exchange.openplatform.actions import count_request
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.exchange.openplatform.queries import client_of_key


class ApiKey(HttpBearer):
    """`Authorization: Bearer og_…`. A key that does not open ends here: it never falls back to a session."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiClient:
        now = timezone.now()
        client = client_of_key(token.strip(), now)
        if client is None:
            raise AuthenticationError()
        count_request(client=client, at=now)
        return client


class SignedIn(SessionAuth):
    """The session of a signed-in person, with the CSRF token for whatever writes. Nobody signed in: 401, not 403."""

    def __call__(self, request: HttpRequest):
        return super().__call__(request) if request.user.is_authenticated else None
