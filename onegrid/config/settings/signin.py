"""How staff sign in: password, optional TOTP, optional OpenID Connect; lock-out and sessions (docs/accounts.md)."""

from datetime import timedelta

from onegrid.config.environment import environment

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked pair never reaches the password check
    "onegrid.accounts.identity.sessions.Accounts",
]
SESSION_ENGINE = "onegrid.accounts.identity.sessions"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "staff:home"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["username", "display_name", "phone", "email"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip

SESSION_COOKIE_AGE = 12 * 60 * 60  # a long shift
ACCOUNT_ADAPTER = "onegrid.portals.staff.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # sign-up itself has no address; see urls
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"change_password": "onegrid.portals.staff.factors.PasswordChangeForm"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds
# Wrong passwords are counted in the database by axes, for all processes together; not a second time in the cache.
# "login_failed" would count codes of a second factor too: portals.staff.factors does that.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": "240/m/ip"}

MFA_ADAPTER = "onegrid.portals.staff.signin.MFAAdapter"
MFA_FORMS = {
    "authenticate": "onegrid.portals.staff.factors.CodeForm",
    "reauthenticate": "onegrid.portals.staff.factors.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "OneGrid"
USERSESSIONS_TRACK_ACTIVITY = True

# Ten wrong passwords lock the account *for the address they came from*: a stranger elsewhere cannot lock somebody
# out of the own account for ever, and the wait ends by itself. An address that fails with many accounts is slowed
# down by SIGNIN_FAILURES_PER_ADDRESS (AccountAdapter.pre_authenticate); an office behind one address fits below it.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the wait that was announced is the wait
AXES_USERNAME_CALLABLE = "onegrid.portals.staff.signin.one_spelling"
AXES_CLIENT_IP_CALLABLE = "onegrid.portals.staff.signin.client_address"
AXES_LOCKOUT_CALLABLE = "onegrid.portals.staff.signin.locked_page"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SIGNIN_FAILURES_PER_ADDRESS = 100
# One account guessed at from many addresses: new addresses wait, those it was signed in from lately do not.
SIGNIN_FAILURES_PER_ACCOUNT = 50
SIGNIN_KNOWN_ADDRESS = timedelta(days=30)
SIGNIN_LOG_KEPT = timedelta(days=200)  # at least six months (网络安全法)

ALLAUTH_TRUSTED_PROXY_COUNT = environment().trusted_proxies

# OpenID Connect: off until an issuer is named. It signs in people who have an account here; it never makes one.
SOCIALACCOUNT_ADAPTER = "onegrid.portals.staff.signin.OpenIdAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS: dict = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "city",
                "name": environment().oidc_name,
                "client_id": environment().oidc_client_id,
                "secret": environment().oidc_client_secret,
                "settings": {"server_url": environment().oidc_issuer},
            }
        ]
        if environment().oidc_issuer
        else [],
    }
}
OIDC_CLAIM = environment().oidc_claim
