"""What processes write to their logs (var/log, or the journal): warnings and failures with their place, never what
people wrote. As lines for people, or one JSON object a line.

A failing request is logged by its path without the query, which may hold the words of a search. What a failure itself
carries along (a telephone, a key, the values of a row) is hidden by the formatter.
"""

from onegrid.config.environment import environment

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "onegrid.kit.errors.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "onegrid.config.json_lines.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": environment().log_format}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # A 4xx is an answer, not a fault: only failures of our own are logged.
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "onegrid": {"level": "INFO"},
    },
}
