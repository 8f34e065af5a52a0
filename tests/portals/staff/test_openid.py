"""Sign-in at a local OpenID provider: discovery, authorisation, token with PKCE, keys, user info."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import reload
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.urls import clear_url_caches

from onegrid.accounts.identity.models import User
from onegrid.config import urls
from onegrid.portals.staff import urls as staff_urls

CLIENT, SECRET = "onegrid", "s3cret"


class Provider(BaseHTTPRequestHandler):
    """The code flow of OpenID Connect Core 1.0 with PKCE (RFC 7636); whoever comes is signed in as `name`."""

    name = "worker"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    codes: dict = {}
    refuse = False

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def do_GET(self):
        path = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(path.query).items()}
        if path.path == "/.well-known/openid-configuration":
            self.say(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorise",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif path.path == "/authorise":
            answer = {"state": query["state"]}
            if self.refuse:
                answer["error"] = "access_denied"
            else:
                assert query["client_id"] == CLIENT
                assert query["code_challenge_method"] == "S256"
                answer["code"] = secrets.token_urlsafe()
                self.codes[answer["code"]] = query
            self.send_response(302)
            self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
            self.end_headers()
        elif path.path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            self.say({"keys": [public | {"kid": "k1", "use": "sig", "alg": "RS256"}]})
        elif path.path == "/userinfo":
            self.say({"sub": f"sub-{self.name}", "preferred_username": self.name})

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        asked = self.codes.pop(form["code"][0])  # a code is good once
        verifier = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == asked["code_challenge"]
        assert (form["client_id"], form["client_secret"]) == ([CLIENT], [SECRET])
        assert form["redirect_uri"][0] == asked["redirect_uri"]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": f"sub-{self.name}",
            "preferred_username": self.name,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
        }
        token = jwt.encode(claims, self.key, "RS256", {"kid": "k1"})
        self.say({"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    def say(self, body: dict):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings, db):
    """The provider running, and the site set up to use it."""
    Provider.name, Provider.refuse = "worker", False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    app = {
        "provider_id": "city",
        "name": "City",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}"},
    }
    before = settings.SOCIALACCOUNT_PROVIDERS
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    _again(staff_urls, urls)
    yield Provider
    settings.SOCIALACCOUNT_PROVIDERS = before
    _again(staff_urls, urls)
    server.shutdown()
    server.server_close()
    thread.join()


def _again(*modules) -> None:
    for module in modules:
        reload(module)
    clear_url_caches()


@pytest.fixture
def worker(db) -> User:
    return User.objects.create(username="worker", display_name="王小河")


def through_the_provider(client):
    """The browser's way: our button, the provider, back to us."""
    away = client.post("/account/oidc/city/login/?process=login")
    assert away.status_code == 302
    back = requests.get(away.url, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def test_off_by_default(client, db):
    assert client.get("/account/oidc/city/login/").status_code == 404
    assert b"/city/login" not in client.get("/account/login/").content


def test_the_button_is_on_the_sign_in_page(client, provider):
    assert b"/account/oidc/city/login/" in client.get("/account/login/").content


def test_an_account_of_the_same_name_is_signed_in_and_stays_linked(client, provider, worker):
    assert through_the_provider(client).url == "/staff/"
    assert client.session["_auth_user_id"] == str(worker.pk)
    client.post("/account/logout/")
    User.objects.filter(pk=worker.pk).update(username="renamed")
    assert through_the_provider(client).url == "/staff/"
    assert User.objects.count() == 1


@pytest.mark.parametrize("change", [{"username": "other"}, {"is_superuser": True}, {"is_active": False}])
def test_strangers_stay_outside_and_no_account_is_made(client, provider, worker, change):
    User.objects.filter(pk=worker.pk).update(**change)
    answer = through_the_provider(client)
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert User.objects.count() == 1


def test_saying_no_at_the_provider_leads_back(client, provider, worker):
    provider.refuse = True
    answer = through_the_provider(client)
    assert answer.url == "/account/openid/cancelled/"
    assert client.get(answer.url).status_code == 200


def test_an_answer_that_nobody_asked_for_is_not_taken(client, provider, worker):
    client.get("/account/oidc/city/login/callback/?code=x&state=forged")
    assert "_auth_user_id" not in client.session
