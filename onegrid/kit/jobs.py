"""Jobs of one effect: a message, an errand, an import. The clock does not strike again for them."""

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy

# A session that was killed, a deadlock, a database that starts: after 3, 9, 27 … seconds, for an hour in all.
# What a job's own rules refuse is another matter: it fails at once, or counts its own tries.
AGAIN = RetryStrategy(max_attempts=8, exponential_wait=3, retry_exceptions=(OperationalError, InterfaceError))
