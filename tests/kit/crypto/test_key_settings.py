"""Keys by variable: what does not fit stops the start, and the complaint does not repeat the key."""

import json

import pytest

from onegrid.config.environment import BadEnvironment, environment


@pytest.fixture
def fresh(monkeypatch):
    read = environment.__wrapped__
    return lambda **given: (
        [monkeypatch.setenv(f"ONEGRID_{n.upper()}", v) for n, v in given.items()] and read()
    )


def test_a_ring_keeps_its_order(fresh):
    ring = fresh(keyring=json.dumps({"k9": "aa" * 32, "k1": "bb" * 32})).keyring
    assert list(ring) == ["k9", "k1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"keyring": "{}"},
        {"keyring": '{"k1": "abc"}'},
        {"keyring": json.dumps({"K 1": "ab" * 32})},
        {"index_key": "ab" * 31},
        {"field_cipher": "des"},
    ],
)
def test_what_does_not_fit_is_named(fresh, wrong):
    [name] = wrong
    with pytest.raises(BadEnvironment, match=f"ONEGRID_{name.upper()}") as complaint:
        fresh(**wrong)
    assert "abc" not in str(complaint.value) and "abab" not in str(complaint.value)


def test_a_ring_that_is_not_json(fresh):
    with pytest.raises(BadEnvironment, match="ONEGRID_KEYRING"):
        fresh(keyring="k1=abc")
