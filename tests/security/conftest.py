"""The walked world (tests/house/test_matrix.py), built once for a module; each test undoes what it did."""

import pytest
from django.test import override_settings
from django.utils import translation

from tests.house.matrix.row import World
from tests.house.matrix.world import build_world


@pytest.fixture(scope="module")
def kept_files(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(autouse=True)
def _own_var(kept_files, settings):
    """Files of the kept world stay for all tests of a module."""
    settings.MEDIA_ROOT = kept_files


@pytest.fixture(scope="module")
def kept_world(kept_streets, kept_files, django_db_blocker) -> World:
    with django_db_blocker.unblock(), translation.override("en"), override_settings(MEDIA_ROOT=kept_files):
        return build_world(kept_streets)


@pytest.fixture
def world(kept_world: World, db) -> World:
    return kept_world
