"""A relay in a process of its own whose listener marks each lamp in the database.

Argument: the lamp at which it kills itself in the middle of a batch; 0: never.
"""

import os
import signal
import sys
import time

import django

django.setup()

from django.db import connection  # noqa: E402  settings must be ready before the rooms are

from onegrid.kit.facts import listens  # noqa: E402
from onegrid.kit.facts.relay import Relay  # noqa: E402
from tests.kit.facts.lamps import LampLit  # noqa: E402

DEADLY = int(sys.argv[1])


@listens("tests.marks", to=[LampLit], batch=10)
def mark(batch) -> None:
    for heard in batch:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO lamp_marks (lamp) VALUES (%s)", [heard.fact.lamp])
        if heard.fact.lamp == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)


relay = Relay()
relay.stop_on_signals()
relay.run()
