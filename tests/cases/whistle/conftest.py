"""The two streets with kinds of whistles in force."""

import pytest

from tests.cases.whistle.people import kinds_published


@pytest.fixture
def place(town):
    kinds_published()
    return town
