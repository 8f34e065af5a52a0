"""Keys, cookies, headers, content-security policy, who may sign in."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from onegrid.config.environment import environment
from onegrid.config.secrets import secrets

SECRET_KEY = environment().secret_key or secrets(environment().var).secret_key
AUDIT_KEY = bytes.fromhex(secrets(environment().var).audit_key)  # seals the audit trail (kit.audit)
AUDIT_ANCHORS = environment().var / "anchors"
DEBUG = environment().debug
ALLOWED_HOSTS = [host.strip() for host in environment().allowed_hosts.split(",")]

AUTH_USER_MODEL = "accounts.User"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

# Where browsers reach the site. Behind a proxy that ends TLS only this says that it is https, host and port.
SITE_URL = (environment().site_url or "").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SITE_URL.startswith("https://")
# Strict-Transport-Security goes out only over https, so a site without TLS is not locked out of itself.
SECURE_HSTS_SECONDS = environment().hsts_seconds if SITE_URL.startswith("https://") else 0
# An address of ours may hold a number and a code: no other site hears it.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Devices that a page of ours may ask for, and no others (kit.ui.headers)
PERMISSIONS_POLICY = (
    "camera=(self), geolocation=(self), microphone=(self), accelerometer=(), autoplay=(), browsing-topics=(), "
    "display-capture=(), encrypted-media=(), fullscreen=(self), gyroscope=(), magnetometer=(), midi=(), payment=(), "
    "publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)
if environment().trusted_proxies:  # only then: without a proxy the header is anybody's word
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Where browsers reach the live process (kit.ui.live): its own address, or its port on each host that we answer for.
LIVE_URL = environment().live_url
LIVE_PORT = environment().live_port
if LIVE_URL:
    LIVE_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(LIVE_URL))]
else:
    # "*" would let pages speak with every host; the site's own name is enough then
    _named = [*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname or ""]
    _hosts = dict.fromkeys(host.lstrip(".") for host in _named if host not in ("", "*"))
    LIVE_ORIGINS = [f"{scheme}://{host}:{LIVE_PORT}" for host in _hosts for scheme in ("http", "https")]

CONTENT_SECURITY_POLICY: dict[str, dict[str, list[Any]]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF, *LIVE_ORIGINS],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "frame-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}

# 天地图 as a raster below our own layers: its host is let in only where the installation has a key for it.
TIANDITU_KEY = environment().tianditu_key
TIANDITU_HOST = "https://t0.tianditu.gov.cn"
if TIANDITU_KEY:
    for _directive in ("img-src", "connect-src"):  # the map fetches its pictures in a worker
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive].append(TIANDITU_HOST)
