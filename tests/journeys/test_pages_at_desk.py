"""Given a street with a case at every stage, when each role walks its pages on a wide screen, then all of them are
accessible, fit, and speak one language. A module for each width: two processes walk side by side."""

import pytest

from tests.cases.conftest import town  # noqa: F401
from tests.journeys.conftest import SIZES
from tests.journeys.walks import cases, walk_all  # noqa: F401
from tests.streets import streets  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def size() -> dict:
    return SIZES["desk"]


def test_every_page_is_accessible_and_fits(new_page, size, cases, accessible):  # noqa: F811
    walk_all(new_page, size, cases, accessible)
