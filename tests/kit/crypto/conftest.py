"""A table of its own for encrypted fields: the rooms' tables may change, these tests should not."""

import pytest
from django.apps import apps
from django.db import connection, models

from onegrid.kit.crypto import EncryptedTextField

KEYS = {"k1": "11" * 32, "k2": "22" * 32}


@pytest.fixture
def ring(settings):
    """Settings with one key and AES; a test adds what it needs."""
    settings.FIELD_KEYRING = {"k1": KEYS["k1"]}
    settings.FIELD_CIPHER = "aes"
    settings.INDEX_KEY = "33" * 32
    return settings


@pytest.fixture
def made_model():
    class SealedPerson(models.Model):
        name = EncryptedTextField(null=True)
        phone = EncryptedTextField(null=True)

        class Meta:
            app_label = "kit"

    yield SealedPerson
    del apps.all_models["kit"]["sealedperson"]
    apps.clear_cache()


@pytest.fixture
def person(db, ring, made_model):
    with connection.schema_editor() as editor:
        editor.create_model(made_model)
    return made_model


@pytest.fixture
def lasting_person(transactional_db, ring, made_model):
    """The same with rows that are committed, for processes that die."""
    with connection.schema_editor() as editor:
        editor.create_model(made_model)
    yield made_model
    with connection.schema_editor() as editor:
        editor.delete_model(made_model)
