import json
import os
import signal
import threading

import pytest
from django.db import connection, connections
from typer.testing import CliRunner

from onegrid.config import secrets as config_secrets
from onegrid.console.keys import app
from onegrid.kit.crypto import rotation
from onegrid.kit.crypto.rotation import keys_in_use, rotate, waiting

from .conftest import KEYS

LABEL = "kit.sealedperson.phone"


def fill(person, count):
    person.objects.bulk_create([person(phone=f"138{n:08}", name=None) for n in range(count)])


def phones(person):
    return list(person.objects.order_by("pk").values_list("phone", flat=True))


def test_every_value_moves_to_the_new_key(person, ring):
    fill(person, 25)
    before = phones(person)
    ring.FIELD_KEYRING = dict(KEYS)
    assert waiting() == {LABEL: 25}
    seen = []
    outcome = rotate(batch=10, progress=lambda label, done: seen.append((label, done)))
    assert (outcome.sealed, outcome.unreadable) == (25, [])
    assert seen == [(LABEL, 10), (LABEL, 20), (LABEL, 25)]
    assert waiting() == {} and keys_in_use() == {"k2": 25}
    ring.FIELD_KEYRING = {"k2": KEYS["k2"]}  # the old key is not needed any more
    assert phones(person) == before


def test_another_cipher_is_a_rotation_too(person, ring):
    fill(person, 3)
    ring.FIELD_CIPHER = "sm4"
    assert waiting() == {LABEL: 3}
    assert rotate().sealed == 3
    assert rotate().sealed == 0
    assert phones(person) == [f"138{n:08}" for n in range(3)]


def test_one_broken_value_is_named_and_the_rest_goes_on(person, ring):
    fill(person, 5)
    broken = person.objects.order_by("pk")[2].pk
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_sealedperson SET phone = phone || '\\x00'::bytea WHERE id = %s", [broken])
    ring.FIELD_KEYRING = dict(KEYS)
    outcome = rotate(batch=2)
    assert (outcome.sealed, outcome.unreadable) == (4, [f"{LABEL} {broken}"])
    assert waiting() == {LABEL: 1}


def test_killed_in_the_middle_it_goes_on_where_it_was(lasting_person, ring):
    fill(lasting_person, 30)
    before = phones(lasting_person)
    ring.FIELD_KEYRING = dict(KEYS)
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's socket is the parent's
        rotate(batch=10, progress=lambda label, done: done == 20 and os.kill(os.getpid(), signal.SIGKILL))
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert waiting() == {LABEL: 10}
    assert phones(lasting_person) == before  # half old, half new: all readable
    assert rotate(batch=10).sealed == 10
    assert waiting() == {} and phones(lasting_person) == before


def test_a_value_written_during_the_rotation_is_not_overwritten(lasting_person, ring, monkeypatch):
    fill(lasting_person, 1)
    ring.FIELD_KEYRING = dict(KEYS)
    writers = []

    def write():
        lasting_person.objects.update(phone="13911111111")
        connections.close_all()

    seal_anew = rotation._sealed_anew

    def somebody_writes(*given):
        writers.append(threading.Thread(target=write))
        writers[0].start()
        writers[0].join(0.3)  # it has to wait for our row lock; without one it would be done by now
        return seal_anew(*given)

    monkeypatch.setattr(rotation, "_sealed_anew", somebody_writes)
    rotate()
    writers[0].join()
    assert phones(lasting_person) == ["13911111111"]


# ---------------------------------------------------------------- the commands, on a secrets file


@pytest.fixture
def secrets_file(tmp_path, ring):
    config_secrets.secrets(tmp_path)
    ring.FIELD_KEYRING = config_secrets.secrets_path(tmp_path)
    return ring.FIELD_KEYRING


def onegrid_keys(*words):
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def test_add_rotate_retire(person, secrets_file):
    fill(person, 4)
    code, words = onegrid_keys("retire", "k1")
    assert code == 1 and "seals now" in words
    assert onegrid_keys("add")[0] == 0
    person.objects.create(
        phone="13999999999"
    )  # this process was not restarted, and yet writes with the new key
    assert keys_in_use() == {"k1": 4, "k2": 1}
    code, words = onegrid_keys("retire", "k1")
    assert code == 1 and "4 values still need k1" in words
    code, words = onegrid_keys("rotate", "--batch", "3")
    assert code == 0 and "4 values sealed anew" in words
    assert onegrid_keys("retire", "k1")[0] == 0
    assert list(json.loads(secrets_file.read_text())["keyring"]) == ["k2"]
    assert len(phones(person)) == 5
    assert "k2: 5 values" in onegrid_keys("show")[1]


def test_the_secrets_file_stays_private_and_keeps_the_rest(secrets_file):
    before = json.loads(secrets_file.read_text())
    onegrid_keys("add")
    after = json.loads(secrets_file.read_text())
    assert secrets_file.stat().st_mode & 0o777 == 0o600
    assert after.pop("keyring").items() >= before.pop("keyring").items()
    assert after == before


def test_keys_from_the_environment_are_changed_there(person, ring):
    code, words = onegrid_keys("add")
    assert code == 1 and "ONEGRID_KEYRING" in words


def test_rotate_fails_loudly_when_a_value_does_not_open(person, ring):
    fill(person, 2)
    ring.FIELD_KEYRING = {"k9": KEYS["k2"]}
    code, words = onegrid_keys("rotate")
    assert code == 1 and "2 values do not open" in words
