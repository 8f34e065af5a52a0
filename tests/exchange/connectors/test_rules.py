"""Signatures, times, addresses, hidden numbers and mappings, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onegrid.demo.enforcement import signing
from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.json_http import event_in, mapping_in
from onegrid.exchange.connectors.plugins import Strange
from tests.exchange.connectors.peer import MAPPING

NOW = datetime(2026, 11, 26, 2, tzinfo=UTC)
SAID = {"timestamp": 1764122400, "nonce": "n" * 20, "method": "POST", "path": "/x", "body": b"{}"}


def test_the_signature_of_the_document():
    """docs/connectors.md shows this one: it may not change without another scheme."""
    made = rules.signature("secret", **SAID)
    assert made == "v1=9229e8830a3a6ef6a4e7659c3773499fb7f5ec8f92dd142244cc6ebdc908e8bb"


@pytest.mark.parametrize(
    "change",
    [{"timestamp": 1764122401}, {"nonce": "m" * 20}, {"method": "GET"}, {"path": "/y"}, {"body": b"{ }"}],
)
def test_every_part_is_signed(change):
    made = rules.signature("secret", **SAID)
    assert rules.is_signed(made, ["other", "secret"], **SAID)
    assert not rules.is_signed(made, ["secret"], **SAID | change)
    assert not rules.is_signed(made, ["other"], **SAID) and not rules.is_signed("é", ["secret"], **SAID)


@settings(max_examples=15)
@given(st.binary(max_size=50), st.text(min_size=1, max_size=20))
def test_the_peer_signs_alike_from_the_document(body, secret):
    headers = signing.made(secret, "POST", "/x", body)
    said = {
        "timestamp": int(headers["X-OneGrid-Timestamp"]), "nonce": headers["X-OneGrid-Nonce"], "method": "POST",
        "path": "/x", "body": body,
    }  # fmt: skip
    assert rules.is_signed(headers["X-OneGrid-Signature"], [secret], **said)
    assert rules.NONCE.fullmatch(said["nonce"])


@pytest.mark.parametrize(
    ("seconds", "fits"), [(0, True), (299, True), (-299, True), (301, False), (-301, False)]
)
def test_the_clocks_may_be_apart_a_little(seconds, fits):
    assert rules.in_time(int(NOW.timestamp()) + seconds, NOW) is fits


def test_waits_grow_and_end():
    waits = [rules.wait_after(tries) for tries in range(1, len(rules.WAITS) + 1)]
    assert waits == sorted(waits) and rules.wait_after(len(waits) + 1) is None
    assert timedelta(hours=2) < sum(waits, timedelta()) < timedelta(hours=2, minutes=15)


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://zf.example.cn/api", "zf.example.cn"),
        ("http://127.0.0.1:8090", "127.0.0.1"),
        ("ftp://x", None),
        ("https://", None),
        ("//x", None),
        ("https://a@b.cn", None),
        ("https://b.cn/?x=1", None),
        ("https://b.cn/#x", None),
        ("https://b.cn\\@c.cn", None),
        ("https://b.cn/../x", None),
        ("https://b.cn:99999", None),
        ("https://b.cn/\n", None),
        ("https://例子.cn", None),
        ("https://b.cn/" + "x" * 300, None),
    ],
)
def test_only_plain_addresses(address, host):
    assert rules.host_of(address) == host


def test_the_shipped_mapping_translates_both_ways():
    mapping = mapping_in(MAPPING)
    matter = {"key": "YW-1", "class_code": "09006", "urgent": False, "lon": 118.0}
    out = rules.theirs(mapping, matter)
    assert (out["our_ref"], out["matter_code"], out["priority"], out["lng"]) == (
        "YW-1",
        "ZF-103",
        "NORMAL",
        118.0,
    )
    assert rules.theirs(mapping, matter | {"class_code": "06013", "urgent": True})["matter_code"] == "ZF-900"
    said = rules.ours(mapping, {"event_id": "e", "our_ref": "YW-1", "seq": 2, "status": "FINISHED"})
    assert (said["id"], said["ticket"], said["kind"]) == ("e", "YW-1", rules.EventKind.DONE)
    assert rules.ours(mapping, {"status": "?"})["kind"] is None


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"send": "tickets"}, "send"),
        ({"state": "//evil.cn/x"}, "state"),
        ({"health": "/a/../b"}, "health"),
        ({"fields": {"x": "reporter_phone"}}, "fields.x"),
        ({"fields": {}}, "fields"),
        ({"codes": {"unknown": {"a": "b"}}}, "codes"),
        ({"codes": {"priority": {"a": 1}}}, "codes.priority"),
        ({"events": []}, "events"),
        ({"answer_id": 7}, "answer_id"),
    ],
)
def test_a_mapping_that_does_not_fit(change, where):
    with pytest.raises(rules.BadMapping) as failure:
        mapping_in(yaml.safe_dump(yaml.safe_load(MAPPING) | change))
    assert failure.value.where == where


@pytest.mark.parametrize("text", ["", "- a", "{", "x" * 30_000, "!!python/object:os.system {}"])
def test_what_is_no_mapping_at_all(text):
    with pytest.raises(rules.BadMapping):
        mapping_in(text)


EVENT = {"event_id": "e1", "our_ref": "k", "seq": 1, "status": "ASSIGNED"}


@pytest.mark.parametrize(
    "change",
    [
        {"event_id": ""}, {"event_id": 7}, {"event_id": "x" * 61}, {"event_id": "a\x00"}, {"our_ref": None},
        {"seq": 0}, {"seq": True}, {"seq": "1"}, {"seq": 2**40}, {"status": "PAID"}, {"remark": "x" * 2001},
        {"remark": ["x"]}, {"remark": "a\x00"}, {"pictures": "x"}, {"pictures": ["?"]}, {"pictures": [1]},
        {"pictures": ["QQ=="] * 7}, {"happened_at": "yesterday"}, {"happened_at": "2026-11-26T10:00:00"},
        {"happened_at": "2026-13-40T10:00:00+08:00"},
    ],
)  # fmt: skip
def test_what_no_event_may_say(change):
    mapping = mapping_in(MAPPING)
    assert event_in(mapping, EVENT).seq == 1
    with pytest.raises(Strange):
        event_in(mapping, EVENT | change)


def test_other_content_has_another_digest():
    mapping = mapping_in(MAPPING)
    digests = {
        event_in(mapping, EVENT | change).digest
        for change in ({}, {"seq": 2}, {"remark": "x"}, {"pictures": ["QQ=="]}, {"pictures": ["Qg=="]})
    }
    assert len(digests) == 5 and event_in(mapping, dict(EVENT)).digest in digests
