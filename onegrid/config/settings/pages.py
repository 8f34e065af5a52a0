"""Templates, words, static files: what a page is made of."""

from pathlib import Path

from onegrid.config.environment import ROOT, environment

PACKAGE = ROOT / "onegrid"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # a portal or noun keeps its templates in its own folder: onegrid/<room>/<noun>/templates
        "DIRS": sorted(PACKAGE.glob("*/*/templates")),
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "onegrid.kit.ui.loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "libraries": {"masks": "onegrid.kit.crypto.masks"},
            "builtins": [
                "django.templatetags.i18n",
                "django_cotton.templatetags.cotton",
                "onegrid.kit.ui.tags",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "onegrid.kit.ui.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "onegrid.kit.ui.fields.Fields"

# Chinese first, English complete. Message ids are English; each room keeps locale/zh_Hans (docs/decisions).
LANGUAGE_CODE = environment().language
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [*sorted(PACKAGE.glob("*/locale")), *sorted(PACKAGE.glob("*/*/locale"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = environment().var / "static"
DIST: Path = ROOT / "frontend" / "dist"
STATICFILES_DIRS = [DIST] if DIST.is_dir() else []
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": DIST / ".vite" / "manifest.json"}}
WHITENOISE_USE_FINDERS = True
# Vite puts a hash into the name of every built file: browsers may keep those for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/assets/[^/]+-[0-9A-Za-z_-]{8}\.\w+$"
