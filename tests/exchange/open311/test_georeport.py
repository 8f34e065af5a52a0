"""GeoReport v2: the published shapes in both forms, what goes in, what goes out, and what does not."""

import io
import json
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.utils import timezone

from onegrid.cases.flow.actions import close_case, open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.exchange.open311 import georeport, rules
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.kit.actors import SystemActor
from tests.cases.conftest import AT, brought_to, photo, reported, town  # noqa: F401  a fixture
from tests.streets import streets  # noqa: F401  a fixture

BY = SystemActor("test")
MOCKS = Path(__file__).resolve().parents[4] / "shared" / "data" / "open311" / "mocks"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def key(town) -> str:  # noqa: F811
    return issued(town)


def issued(town, name: str = "某地图应用", **more) -> str:  # noqa: F811
    given = {
        "organisation": town.a.centre,
        "permissions": ["cases.report"],
        "area": town.a.area,
        "by": BY,
        "at": AT,
    }
    return issue_client(name=name, **given | more).key


def get(client, address: str, **query):
    return client.get(f"/open311/{address}", query)


def rows(answer) -> list[dict]:
    assert answer.status_code == 200, answer.content
    return answer.json()


def tree(answer) -> ElementTree.Element:
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)  # our own writing, not a stranger's


def names(element: ElementTree.Element, path: str = "") -> set[str]:
    """Every path of element names that occurs."""
    here = f"{path}/{element.tag}"
    return {here}.union(*(names(child, here) for child in element))


def wrong(answer, status: int, *pieces: str) -> None:
    assert answer.status_code == status, answer.content
    found = answer.json()
    assert [set(row) for row in found] == [{"code", "description"}] * len(found) and found
    assert all(row["code"] == status for row in found)
    assert all(piece in str(found) for piece in pieces), found


# ---- shapes


def mock(name: str) -> ElementTree.Element:
    if not (MOCKS / name).is_file():
        pytest.skip(f"the published examples are not here: {name}")
    return ElementTree.parse(MOCKS / name).getroot()


# Elements of one city's own, which the protocol does not ask for.
OTHERS = {"/services/service/type"}


@pytest.mark.parametrize(
    ("example", "address"),
    [
        ("discovery-dc.xml", "discovery.xml"),
        ("dc-services.xml", "v2/services.xml"),
        ("dc-services-S0301.xml", "v2/services/{code}.xml"),
        ("service-requests.xml", "v2/requests.xml"),
        ("service-request.xml", "v2/requests/{number}.xml"),
        ("token.xml", "v2/tokens/t1.xml?api_key={key}"),
    ],
)
def test_the_same_elements_in_the_same_places_as_published(town, key, client, example, address):  # noqa: F811
    wanted = mock(example)
    code = rows(get(client, "v2/services.json"))[0]["service_code"]
    number = posted(client, key, town, headers={"Idempotency-Key": "t1"}).json()[0]["service_request_id"]
    ours = tree(client.get(f"/open311/{address.format(code=code, number=number, key=key)}"))
    assert names(wanted) - names(ours) == set()


def test_errors_have_the_published_shape(town, client):  # noqa: F811
    wanted = mock("boston-err-submitrequest-base_is_duplicate.xml")
    answer = client.post("/open311/v2/requests.xml", {})
    assert answer.status_code == 403 and names(wanted) == names(tree(answer))


def test_discovery_as_json_has_the_published_names(town, client):  # noqa: F811
    if not (MOCKS / "discovery-boston.json").is_file():
        pytest.skip("the published examples are not here: discovery-boston.json")
    wanted = json.loads((MOCKS / "discovery-boston.json").read_text())
    ours = get(client, "discovery.json").json()
    assert set(wanted) == set(ours) and set(wanted["endpoints"][0]) == set(ours["endpoints"][0])


def test_both_forms_say_the_same(town, key, client):  # noqa: F811
    posted(client, key, town)
    as_json = rows(get(client, "v2/requests.json", extensions="true"))[0]
    as_xml = tree(get(client, "v2/requests.xml", extensions="true"))[0]
    for name, value in as_json.items():
        if name == "extended_attributes":
            assert {child.tag for child in as_xml.find(name)} == set(value)
        else:
            assert (as_xml.find(name).text or "") == ("" if value is None else str(value)), name


def test_what_xml_cannot_hold_is_left_out(town, key, client, streets):  # noqa: F811
    type(town.a.grids[0]).objects.filter(pk=town.a.grids[0].pk).update(name="一\x01网<格>&\x0b")
    posted(client, key, town)
    assert "一网<格>&" in tree(get(client, "v2/requests.xml"))[0].find("address").text


# ---- services


def test_services_are_what_residents_may_pick(town, client):  # noqa: F811
    found = rows(get(client, "v2/services.json"))
    assert len(found) > 3 and all(row["service_name"] and row["metadata"] for row in found)
    definition = get(client, f"v2/services/{found[0]['service_code']}.json").json()
    assert definition["service_code"] == found[0]["service_code"]
    wrong(get(client, "v2/services/nope.json"), 404, "no_such_service")


def test_one_jurisdiction(town, client, settings):  # noqa: F811
    settings.OPEN311_JURISDICTION = "yunqiao.example"
    assert rows(get(client, "v2/services.json", jurisdiction_id="yunqiao.example"))
    assert rows(get(client, "v2/services.json"))
    wrong(get(client, "v2/services.json", jurisdiction_id="boston.gov"), 404, "no_such_jurisdiction")


# ---- posting


def posted(client, key, town, form: str = "json", headers=None, **more):  # noqa: F811
    lon, lat = town.a.at(grid=0)
    code = rows(get(client, "v2/services.json"))[0]["service_code"]
    given = {"api_key": key, "service_code": code, "lat": lat, "long": lon, "description": "路灯不亮"} | more
    given = {name: value for name, value in given.items() if value is not None}
    return client.post(f"/open311/v2/requests.{form}", given, headers=headers or {})


def test_a_request_is_a_case_of_its_own_channel(town, key, client):  # noqa: F811
    answer = posted(
        client, key, town, media=io.BytesIO(photo()), first_name="小明", last_name="王", email="w@example.cn",
        phone="139-0000-0000", device_id="d", media_url="https://example.cn/a.jpg",
    )  # fmt: skip
    case = Case.objects.get()
    assert answer.status_code == 201 and answer.json()[0]["service_request_id"] == case.number
    assert (case.channel, case.grid) == ("open311", town.a.grids[0])
    assert case.text == "路灯不亮\n图片：https://example.cn/a.jpg" and case.evidence.count() == 1
    assert case.reporter_name == "小明 王 <w@example.cn>" and case.reporter_phone == "139-0000-0000"
    assert case.steps.get().actor_label.startswith("某地图应用")


def test_attributes_are_checked_and_kept_in_words(town, key, client):  # noqa: F811
    for service in rows(get(client, "v2/services.json")):
        definition = get(client, f"v2/services/{service['service_code']}.json").json()
        if definition["attributes"]:
            break
    value = definition["attributes"][0]["values"][0]
    more = {"service_code": service["service_code"], "attribute[condition]": value["key"]}
    assert posted(client, key, town, **more).status_code == 201
    assert Case.objects.get().text.startswith("路灯不亮\n立案情形：")  # in the language of the place
    wrong(posted(client, key, town, **{"attribute[condition]": "99"}), 400, "bad_attribute")
    wrong(posted(client, key, town, **{"attribute[other]": "1"}), 400, "bad_attribute")
    assert Case.objects.count() == 1


def test_a_repeated_request_is_one_and_its_token_finds_it(town, key, client):  # noqa: F811
    first = posted(client, key, town, headers={"Idempotency-Key": "t1"}).json()[0]["service_request_id"]
    again = posted(client, key, town, headers={"Idempotency-Key": "t1", "Accept-Language": "en"})
    assert again.json()[0]["service_request_id"] == first and Case.objects.count() == 1
    wrong(
        posted(client, key, town, headers={"Idempotency-Key": "t1"}, description="别的"),
        400,
        "key_used_for_another_report",
    )
    assert rows(get(client, "v2/tokens/t1.json", api_key=key)) == [
        {"service_request_id": first, "token": "t1"}
    ]
    wrong(get(client, "v2/tokens/t2.json", api_key=key), 404, "no_such_token")
    wrong(get(client, "v2/tokens/t1.json", api_key=issued(town, "另一个")), 404, "no_such_token")
    wrong(get(client, "v2/tokens/t1.json"), 403)


@pytest.mark.parametrize(
    ("more", "status", "piece"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "og_" + "0" * 48}, 403, "api_key"),
        ({"service_code": None}, 400, "service_code_missing"),
        ({"service_code": "nope"}, 404, "no_such_service"),
        ({"lat": None, "long": None}, 400, "place_needed"),
        ({"lat": "nan"}, 400, "lat"),
        ({"lat": "1e400"}, 400, "lat"),
        ({"lat": "9" * 400}, 400, "lat"),
        ({"lat": "1", "long": "1"}, 400, "outside_all_grids"),
        ({"address_id": "9" * 30}, 400, "address_id"),
        ({"address_id": "9223372036854775807"}, 400, "no_such_address"),
        ({"description": "长" * 100_000}, 400, "description"),
        ({"description": "a\x00b"}, 400, "nul_character"),
        ({"media_url": "file:///etc/passwd"}, 400, "bad_media_url"),
        ({"media_url": "http://[::1"}, 400, "bad_media_url"),
        ({"media_url": "javascript:alert(1)"}, 400, "bad_media_url"),
        ({"phone": "1" * 21}, 400, "phone"),
        ({"jurisdiction_id": "elsewhere"}, 404, "no_such_jurisdiction"),
        ({"media": "not a file"}, 201, ""),
    ],
)
def test_a_request_that_does_not_fit(town, key, client, more, status, piece):  # noqa: F811
    answer = posted(client, key, town, **more)
    if status == 201:
        assert answer.status_code == 201
        return
    wrong(answer, status, piece)
    assert not Case.objects.exists()


def test_hostile_bodies(town, key, client, settings):  # noqa: F811
    address = f"/open311/v2/requests.json?api_key={key}"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    wrong(client.post(address, bomb, content_type="text/xml"), 400, "service_code_missing")
    wrong(client.post(address, b"\xff\xfe=\xfd", content_type="application/x-www-form-urlencoded"), 400)
    wrong(client.post(address, b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x"), 400)
    wrong(client.post(address, b"x", content_type="multipart/form-data"), 400)
    large = io.BytesIO(photo() + bytes(20 * 1024 * 1024))
    wrong(posted(client, key, town, media=large), 400, "file_too_large")
    wrong(posted(client, key, town, media=io.BytesIO(b"MZ")), 400, "unsupported_file")
    settings.BODY_BYTES = 100
    wrong(client.post(address, b"x" * 200, content_type="application/x-www-form-urlencoded"), 413)
    assert not Case.objects.exists()


def test_errors_before_and_beside_the_protocol_have_its_form(town, client):  # noqa: F811
    wrong(client.get("/open311/v2/nothing.json"), 404)
    wrong(client.get("/open311/v2/requests.json?status=%00"), 400)
    wrong(client.delete("/open311/v2/requests.json"), 405)
    found = client.get("/open311/v2/nothing.xml")
    assert found.status_code == 404 and tree(found).tag == "errors"


# ---- reading


def test_nothing_says_who_reported_what(town, client):  # noqa: F811
    lon, lat = town.a.at(grid=0)
    lon, lat = lon + 0.000123, lat + 0.000456
    case = open_case(
        channel=Channel.RESIDENT, text="楼上张三家漏水 13900001234", lon=lon, lat=lat, address="3号楼2单元501",
        contact_name="李四", contact_phone="13900001234", photos=[photo()], by=BY, at=timezone.now(),
    )  # fmt: skip
    for form in ("json", "xml"):
        shown = get(client, f"v2/requests/{case.number}.{form}", extensions="true").content.decode()
        for piece in ("张三", "李四", "1390000", "501", "漏水", case.follow_code, str(lon), str(lat)):
            assert piece not in shown
    row = rows(get(client, "v2/requests.json"))[0]
    assert (row["long"], row["lat"]) == (round(lon, 3), round(lat, 3))
    assert row["address"] == f"{town.a.area.name} {town.a.communities[0].name} {town.a.grids[0].name}"


def test_a_confidential_case_is_not_there(town, client):  # noqa: F811
    lon, lat = town.a.at(grid=0)
    case = open_case(
        channel=Channel.RESIDENT, text="x", lon=lon, lat=lat, secret=True, by=BY, at=timezone.now()
    )
    assert rows(get(client, "v2/requests.json")) == []
    assert rows(get(client, "v2/requests.json", service_request_id=case.number)) == []
    wrong(get(client, f"v2/requests/{case.number}.json"), 404, "no_such_request")


def test_filters(town, client):  # noqa: F811
    now = timezone.now()
    old = reported(town.a, at=now - timedelta(days=95))
    middle = reported(town.a, at=now - timedelta(days=40))
    recent = brought_to("checked", town.a)
    closed = close_case(case_id=recent.pk, by=town.a.staff["shift_leader"], at=now)
    Case.objects.filter(pk=closed.pk).update(opened_at=now - timedelta(days=1))

    def found(**query):
        return {row["service_request_id"] for row in rows(get(client, "v2/requests.json", **query))}

    day = "%Y-%m-%dT%H:%M:%SZ"
    assert found() == {middle.number, closed.number}
    assert found(status="open") == {middle.number} and found(status="closed") == {closed.number}
    assert found(status="open,closed") == {middle.number, closed.number}
    assert (
        found(service_code=closed.case_class.code) == {closed.number}
        and found(service_code="no,nope") == set()
    )
    assert found(service_request_id=f"{old.number}, {closed.number.lower()},x") == {old.number, closed.number}
    assert found(end_date=(now - timedelta(days=30)).strftime(day)) == {old.number, middle.number}
    assert found(start_date=(now - timedelta(days=60)).isoformat()) == {middle.number, closed.number}
    first = rows(get(client, f"v2/requests/{closed.number.lower()}.json"))[0]
    assert first["status"] == "closed" and "extended_attributes" not in first
    extended = rows(get(client, "v2/requests.json", extensions="true", status="closed"))[0][
        "extended_attributes"
    ]
    assert extended["state"] == "closed" and extended["grid_code"] == town.a.grids[0].code


@pytest.mark.parametrize(
    ("query", "piece"),
    [
        ({"status": "lost"}, "bad_status"),
        ({"start_date": "yesterday"}, "bad_date"),
        ({"start_date": "0001-01-01"}, "bad_date"),
        ({"end_date": "9999-12-31T23:59:59Z"}, "bad_date"),
        ({"start_date": "2026-13-45"}, "bad_date"),
        ({"start_date": "2026-01-01", "end_date": "2026-06-01"}, "span_too_long"),
        ({"start_date": "2026-03-01", "end_date": "2026-01-01"}, "dates_reversed"),
        ({"service_request_id": ",".join("x" for _number in range(201))}, "too_many_ids"),
        ({"extensions": "perhaps"}, "extensions"),
    ],
)
def test_filters_that_do_not_fit(town, client, query, piece):  # noqa: F811
    wrong(get(client, "v2/requests.json", **query), 400, piece)


def test_at_most_so_many_rows(town, client, monkeypatch):  # noqa: F811
    for _number in range(3):
        reported(town.a, at=timezone.now())
    monkeypatch.setattr(rules, "ROWS", 2)
    assert len(rows(get(client, "v2/requests.json"))) == 2


def test_queries_do_not_grow_with_rows(town, client, django_assert_num_queries):  # noqa: F811
    for _number in range(3):
        reported(town.a, at=timezone.now())
    get(client, "v2/requests.json")
    with django_assert_num_queries(2):  # the count of requests, and the rows
        get(client, "v2/requests.json", extensions="true")


# ---- limits


def test_an_application_has_its_own_limit(town, client):  # noqa: F811
    small = issued(town, "小应用", per_minute=1)
    assert get(client, "v2/services.json", api_key=small).status_code == 200
    answer = get(client, "v2/services.xml", api_key=small)
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60 and tree(answer).tag == "errors"
    assert get(client, "v2/services.json").status_code == 200  # others go on
    wrong(get(client, "v2/services.json", api_key="wrong"), 403)


def test_without_a_key_the_network_address_counts(town, client, monkeypatch):  # noqa: F811
    monkeypatch.setattr(georeport, "VISITORS", type(georeport.VISITORS)("open311", 2, timedelta(minutes=1)))
    codes = [get(client, "v2/services.json").status_code for _number in range(3)]
    assert codes == [200, 200, 429]
