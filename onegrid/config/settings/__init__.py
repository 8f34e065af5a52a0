"""Django settings, one file a concern."""

from onegrid.config.settings.apps import *  # noqa: F403  settings are gathered by name; that is Django's way
from onegrid.config.settings.channels import *  # noqa: F403  see above
from onegrid.config.settings.crypto import *  # noqa: F403  see above
from onegrid.config.settings.database import *  # noqa: F403  see above
from onegrid.config.settings.exchange import *  # noqa: F403  see above
from onegrid.config.settings.files import *  # noqa: F403  see above
from onegrid.config.settings.health import *  # noqa: F403  see above
from onegrid.config.settings.logs import *  # noqa: F403  see above
from onegrid.config.settings.pages import *  # noqa: F403  see above
from onegrid.config.settings.security import *  # noqa: F403  see above
from onegrid.config.settings.signin import *  # noqa: F403  see above
