"""The door for pages and APIs (granian, WSGI)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
application = get_wsgi_application()
