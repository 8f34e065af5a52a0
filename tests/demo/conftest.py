"""One town for all tests: drawing it takes seconds."""

import pytest

from onegrid.demo.seeds import DEFAULT_SEED
from onegrid.demo.town.town import Town, build


@pytest.fixture(scope="session")
def town() -> Town:
    return build(DEFAULT_SEED)
