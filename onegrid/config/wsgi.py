"""The way in for pages and APIs (granian, WSGI), with the door of config.door before it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
inside = get_wsgi_application()

from django.conf import settings  # noqa: E402  settings must be ready first

from onegrid.config.door.application import Door  # noqa: E402  see above
from onegrid.config.door.later import prepare  # noqa: E402  see above
from onegrid.config.door.line import Line  # noqa: E402  see above
from onegrid.config.environment import environment  # noqa: E402  see above
from onegrid.kit.health.counting import COUNTS  # noqa: E402  see above

COUNTS.keep_in(settings.METRICS_FOLDER)
prepare(environment().web_wait)
application = Door(inside, Line(environment().web_queue, environment().web_wait))
