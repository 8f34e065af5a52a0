"""Keys, cookies, headers, content-security policy, who may sign in."""

from typing import Any

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
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY: dict[str, dict[str, list[Any]]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [
            SELF,
            f"http://localhost:{environment().live_port}",
            f"http://127.0.0.1:{environment().live_port}",
        ],
        "worker-src": [SELF, "blob:"],
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
