"""What the site's address and the proxies before it change, read in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

NAMES = [
    "CSRF_TRUSTED_ORIGINS",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_PROXY_SSL_HEADER",
    "LIVE_ORIGINS",
]
SHOW = (
    "import json, onegrid.config.settings as s;"
    f"print(json.dumps({{name: getattr(s, name, None) for name in {NAMES}}}))"
)


def settings_with(**given: str) -> dict:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "ONEGRID_VAR")}
    kept |= {f"ONEGRID_{name.upper()}": value for name, value in given.items()}
    done = subprocess.run([sys.executable, "-c", SHOW], env=kept, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_alone_on_a_machine_nothing_is_trusted():
    found = settings_with()
    assert found["SECURE_PROXY_SSL_HEADER"] is None and found["CSRF_TRUSTED_ORIGINS"] == []
    assert not found["SESSION_COOKIE_SECURE"] and not found["CSRF_COOKIE_SECURE"]


def test_behind_a_proxy_with_tls():
    found = settings_with(trusted_proxies="1", site_url="https://og.example.cn/")
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://og.example.cn"]
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"]


def test_a_site_without_tls_keeps_its_cookies_usable():
    assert not settings_with(site_url="http://10.1.2.3:8000")["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("given", "hosts"), [({}, set()), ({"site_url": "https://og.example.cn:8443"}, {"og.example.cn"})]
)
def test_any_host_is_no_host_for_open_screens(given, hosts):
    origins = settings_with(allowed_hosts="*", **given)["LIVE_ORIGINS"]
    assert set(origins) == {f"{scheme}://{host}:8001" for host in hosts for scheme in ("http", "https")}
