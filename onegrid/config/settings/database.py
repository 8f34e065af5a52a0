"""One PostGIS. Connections stay open and are checked before use, so a restarted server costs no 500."""

from psycopg.conninfo import conninfo_to_dict

from onegrid.config.cluster.place import private_url
from onegrid.config.environment import environment

_parts = conninfo_to_dict(environment().database_url or private_url(environment().var))
# Over a network that may be cut without a word, a session that hears nothing ends after some 20 s; not after hours.
_WATCHFUL = {
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    "tcp_user_timeout": "20000",
}
_OURS = {"dbname", "user", "password", "host", "port", "options"}

OWN_DATABASE = environment().database_url is None  # the private cluster, which nobody else copies

DATABASES = {
    "default": {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": _parts.get("dbname", "onegrid"),
        "USER": _parts.get("user", ""),
        "PASSWORD": _parts.get("password", ""),
        "HOST": _parts.get("host", ""),
        "PORT": _parts.get("port", ""),
        # The server's side of a session keeps what it has met (tables, plans): half a megabyte more after an hour
        # and a half of mixed load. An hour bounds that, and costs one sign-in.
        "CONN_MAX_AGE": 3600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # what the address says besides (sslmode and its certificates, say) goes to the driver as it is
            **_WATCHFUL,
            **{name: value for name, value in _parts.items() if name not in _OURS},
            # jit and parallel workers cost more than they give on short map and list queries (shared/stack.md)
            "options": "-c jit=off -c max_parallel_workers_per_gather=0",
            # Django's None would keep psycopg from preparing even what asks for it (kit.statements). A number that
            # no query reaches: the ORM's own, each of another shape, stay as they are.
            "prepare_threshold": 1_000_000_000,
        },
        "TEST": {
            "NAME": environment().test_database,
            "TEMPLATE": environment().test_template or None,
            "MIGRATE": not environment().test_template,  # what is copied has been migrated
        },
    }
}

FACTS_KEPT_DAYS = 30  # how far back live screens and new listeners can look
