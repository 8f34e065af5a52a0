"""A report by JSON or as a form: once, however often it is sent; refusals."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onegrid.cases.flow.models import Case
from tests.cases.conftest import photo, road, written
from tests.cases.flow.asking import as_, refused, send


def test_a_report_by_json(town):
    lon, lat = town.a.at(grid=0)
    body = {"text": "路灯不亮", "lon": lon, "lat": lat, "class_id": road().pk, "contact_phone": "139"}
    answer = send(as_(town.a.staff["grid_worker"]), "/cases", body)
    case = Case.objects.get()
    assert answer.status_code == 201 and answer["Location"] == f"/api/v1/cases/{case.number}"
    assert answer.json()["number"] == case.number and answer.json()["follow_code"] == case.follow_code
    assert (case.channel, case.text, case.grid, case.case_class) == (
        "grid_worker", "路灯不亮", town.a.grids[0], road(),
    )  # fmt: skip


def test_a_report_as_a_form_with_photos(town):
    lon, lat = town.a.at(grid=0)
    picture = SimpleUploadedFile("x.jpg", photo(), "image/jpeg")
    given = {
        "text": "",
        "lon": lon,
        "lat": lat,
        "channel": "hotline",
        "photos": [picture, BytesIO(photo("blue"))],
    }
    answer = as_(town.a.staff["acceptor"]).post("/api/v1/cases", given)
    assert answer.status_code == 201, answer.content
    case = Case.objects.get()
    assert case.evidence.count() == 2 and case.channel == "hotline"


def test_a_repeated_report_is_one_case(town):
    lon, lat = town.a.at(grid=0)
    body = {"text": "路灯不亮", "lon": lon, "lat": lat}
    client, other = as_(town.a.staff["grid_worker"]), as_(town.a.staff["acceptor"])
    first, again = send(client, "/cases", body, key="k1"), send(client, "/cases", body, key="k1")
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    details = refused(
        send(client, "/cases", body | {"text": "别的"}, key="k1"), 409, "key_used_for_another_report"
    )
    assert details and Case.objects.count() == 1
    assert (
        send(other, "/cases", body, key="k1").json()["number"] != first.json()["number"]
    )  # a key is one's own


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{}", 409, "report_is_empty"),
        (b"{", 422, "unreadable_input"),
        (b"[]", 422, "unreadable_input"),
        (b'"x"', 422, "unreadable_input"),
        (b'{"text": "\xff\xfe"}', 422, "unreadable_input"),
        (b'{"text": "a\\u0000b", "address": "x"}', 422, "unreadable_input"),
        (b'{"text": "\\ud800"}', 422, "unreadable_input"),
        (b'{"text": "x", "lon": 1e999, "lat": 1}', 422, "unreadable_input"),
        (b'{"text": "x", "lon": NaN, "lat": 1}', 422, "unreadable_input"),
        (b'{"text": "x", "class_id": ' + b"9" * 5000 + b"}", 422, "unreadable_input"),
        (b'{"text": "x", "class_id": 9223372036854775807, "address": "x"}', 409, "no_such_class"),
        (b'{"text": "x", "adress": "misspelt"}', 422, "unreadable_input"),
        (b"[" * 100_000, 422, "unreadable_input"),
        (b'{"text": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}", 422, "unreadable_input"),
        (json.dumps({"text": "长" * 100_000}).encode(), 422, "unreadable_input"),
        (b'{"text": "x", "lon": 0, "lat": 0}', 409, "outside_all_grids"),
        (b'{"text": "x"}', 409, "place_needed"),
        (b'{"text": "x", "lon": 118.02}', 409, "place_needed"),
        (b'{"text": "x", "channel": "import", "address": "x"}', 422, "unreadable_input"),
    ],
)  # fmt: skip
def test_a_report_that_does_not_fit(town, body, status, code):
    before = written()
    refused(send(as_(town.a.staff["grid_worker"]), "/cases", body), status, code)
    assert written() == before


def test_photos_that_are_none_or_too_large(town, settings):
    lon, lat = town.a.at(grid=0)
    client, before = as_(town.a.staff["grid_worker"]), written()

    def posted(content: bytes):
        return client.post("/api/v1/cases", {"text": "x", "lon": lon, "lat": lat, "photos": BytesIO(content)})

    refused(posted(b"MZ not a picture"), 409, "unsupported_file")
    refused(posted(photo() + bytes(20 * 1024 * 1024)), 409, "file_too_large")
    settings.BODY_BYTES = 1000
    refused(posted(photo() * 10), 413, "body_too_large")
    assert written() == before


def test_neither_json_nor_a_form(town):
    client = as_(town.a.staff["grid_worker"])
    answer = client.post("/api/v1/cases", b"<a/>", content_type="application/xml")
    refused(answer, 415, "not_readable")


@pytest.mark.parametrize("key", ["", "x" * 81, "a b", "ключ"])
def test_a_key_that_is_none(town, key):
    refused(
        send(as_(town.a.staff["grid_worker"]), "/cases", {"text": "x"}, key=key or " "),
        400,
        "bad_idempotency_key",
    )


def test_who_may_not_report(town):
    refused(
        send(as_(town.a.staff["dispatcher"]), "/cases", {"text": "x", "address": "x"}), 403, "not_allowed"
    )
    refused(send(Client(), "/cases", {"text": "x"}), 401, "sign_in_needed")
    refused(send(Client(enforce_csrf_checks=True), "/cases", {"text": "x"}), 401, "sign_in_needed")
