"""The two streets, with quick password hashes."""

import pytest

from tests.streets import streets  # noqa: F401  a fixture for every test below


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
