"""The lifelike month with its records, once for all tests of a module."""

import pytest
from django.db import transaction

from onegrid.oversight.measures.actions import rebuild_measures
from tests.oversight import lifelike
from tests.oversight.lifelike import NOW


@pytest.fixture(scope="module")
def month(kept_town, kept_streets, django_db_blocker):
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
        cases = lifelike.furnish(kept_streets)
        lifelike.excuse(next(case for case in cases if case.state == "closed"))
        rebuild_measures(at=NOW)
        yield lifelike.whole()
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
