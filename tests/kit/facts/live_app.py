"""The live process with the facts of the tests in it."""

import tests.kit.facts.lamps
from onegrid.config.live import application
from onegrid.kit.facts import stream

stream.HEARTBEAT, stream.RECHECK = 0.5, 0.6

__all__ = ["application", "tests"]
