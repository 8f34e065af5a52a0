"""The door for pages and APIs (granian, WSGI)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  settings must be ready first

from onegrid.kit.health.counting import COUNTS  # noqa: E402  see above

COUNTS.keep_in(settings.METRICS_FOLDER)
