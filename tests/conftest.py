"""What every test may ask for."""

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from hypothesis import settings as hypothesis_settings

# No test is timed: a busy machine must not fail one. Speed is shown by bench/.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


def pytest_configure() -> None:
    """Hashing passwords is slow on purpose, and Django's, not ours: tests take a quick one."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _english(request):
    """Rules and actions are tested in English words; journeys choose their own language in the browser."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_var(tmp_path_factory, settings):
    """Files written by a test go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
