"""Rooms and libraries, and the middleware every request walks through."""

ROOMS = ["kit", "places", "accounts", "registry", "cases", "hall", "oversight", "exchange", "portals"]

INSTALLED_APPS = [
    *(f"onegrid.{room}" for room in reversed(ROOMS)),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_cotton.apps.SimpleAppConfig",  # the loader is ours (kit/ui/loader.py)
    "django_vite",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]

MIDDLEWARE = [
    "onegrid.kit.health.counting.Counted",
    "django.middleware.security.SecurityMiddleware",
    "onegrid.kit.ui.headers.PermissionsPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "onegrid.kit.ui.headers.ContentPolicy",
    "onegrid.kit.ui.headers.NotKept",
    "onegrid.accounts.identity.sessions.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "onegrid.accounts.identity.sessions.WhoIsSignedIn",
    "allauth.account.middleware.AccountMiddleware",
    "onegrid.portals.staff.activity.SeenOnceAMinute",
    "django.contrib.messages.middleware.MessageMiddleware",
    "onegrid.exchange.open311.outside.ErrorsInForm",
    "onegrid.kit.errors.bodies.BodySizes",
    "onegrid.portals.staff.signin.FirstPassword",
    "onegrid.kit.errors.pages.RefusalPages",
    "axes.middleware.AxesMiddleware",  # the last one: it turns a locked sign-in into an answer
]

ROOT_URLCONF = "onegrid.config.urls"
WSGI_APPLICATION = "onegrid.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_ON_APP_READY = None

# GeoDjango's GDAL is used only on our own geometries; imported files are read with pyogrio (docs/decisions).
SILENCED_SYSTEM_CHECKS = ["gis.W001"]
