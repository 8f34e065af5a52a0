"""`python -m prove.one NAME`: one part, on the ground that the variables name. Started by `python -m prove`."""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import django

from prove.older_street import older_street
from prove.proof import Proof, Skipped
from prove.small_disk import small_disk

# a ground of its own must be there before Django reads where the database is
GROUNDS: dict[str, Callable[[], AbstractContextManager]] = {"disk": small_disk, "upgrade": older_street}


def main() -> None:
    name = sys.argv[1]
    proof = Proof(name)
    try:
        with GROUNDS.get(name, contextlib.nullcontext)():
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
            django.setup()
            importlib.import_module(f"prove.{name}").run(proof)
    except Skipped as reason:
        proof.skip(str(reason))
    except Exception as failure:
        proof.holds(f"the proof itself: {type(failure).__name__}: {failure}", False)
        proof.write()
        raise
    proof.write()
    sys.exit(1 if proof.failed else 0)


main()
