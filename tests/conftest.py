"""What every test may ask for."""

import os
import pickle
import tempfile
from itertools import count
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from tests.cases.conftest import furnish_town
from tests.once import do_once, leave_alone_what_stays, look_for_no_garbage_yet
from tests.streets import make_streets
from tests.tables import settle_in

look_for_no_garbage_yet()
NUMBERS = count()
# Files that take long, the longest first: a minute's file that begins last is waited for by all others.
LONG = (
    "tests/journeys/test_pages",
    "tests/house/test_matrix",
    "tests/journeys/",
    "tests/security/",
    "tests/demo/",
    "tests/exchange/",
    "tests/config/test_copies",
    "tests/oversight/",
    "tests/places/areas/",
)

# No test is timed: a busy machine must not fail one. Speed is shown by bench/.
# Each run tries other examples than the one before; HYPOTHESIS_EXAMPLES=1000 tries many at once.
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "50"))
hypothesis_settings.register_profile("untimed", deadline=None, max_examples=EXAMPLES)
hypothesis_settings.load_profile("untimed")


def pytest_configure() -> None:
    """Hashing passwords is slow on purpose, and Django's, not ours: tests take a quick one."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.DEMO_CHANNEL = True  # as in the demo: what is sent is looked at in the outbox
    # until a test has a folder of its own: those of var/ know other cases
    django_settings.AUDIT_ANCHORS = Path(tempfile.gettempdir()) / f"anchors-{os.getpid()}"
    do_once()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """In each process, also in the one that only hands tests out."""
    leave_alone_what_stays()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first: the short ones fill the processes up evenly at the end."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((n for n, start in enumerate(LONG) if nodeid.startswith(start)), len(LONG))


@pytest.fixture(autouse=True)
def _english(request):
    """Rules and actions are tested in English words; journeys choose their own language in the browser."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def _var(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def _own_var(_var, settings):
    """Files written by a test go to a folder of its own."""
    # a number of our own: pytest would look through all folders there are for the next
    settings.MEDIA_ROOT = _var / str(next(NUMBERS))
    settings.AUDIT_ANCHORS = Path(f"{settings.MEDIA_ROOT}-anchors")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, which tests that commit leave as they found it (tests/tables.py)."""
    with django_db_blocker.unblock():
        settle_in()


@pytest.fixture(scope="module")
def kept_streets(request, django_db_setup, django_db_blocker):
    """Two streets for all tests of a module, inside a transaction around them: each test undoes only what it did.

    They take longer to build than most tests take. None where tests commit (`transaction=True`): each builds its own.
    """
    if _commits(request.node):
        yield None
        return
    around = transaction.atomic()
    with django_db_blocker.unblock(), translation.override("en"):
        around.__enter__()
        streets = make_streets()
    yield streets
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture(scope="module")
def packed_streets(kept_streets) -> bytes | None:
    """To unpack them for each test is a fraction of copying them."""
    return kept_streets and pickle.dumps(kept_streets)


@pytest.fixture(scope="module")
def kept_town(kept_streets, django_db_blocker) -> bool:
    """Whether the module's streets have the catalogue: they get it here, unless tests commit."""
    if kept_streets is None:
        return False
    with django_db_blocker.unblock(), translation.override("en"):
        furnish_town()
    return True


def _commits(module: pytest.Module) -> bool:
    mark = module.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))
