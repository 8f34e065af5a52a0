"""Residents' pages as a browser without script sees them."""

import re
from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.actions import verify_case
from onegrid.cases.flow.models import Case
from onegrid.kit.throttle import Limit
from onegrid.places.addresses.models import Address, AddressKey
from onegrid.portals.resident import limits
from onegrid.portals.resident.limits import REPORTS, WRONG_CODES
from tests.cases.conftest import AT, brought_to, photo, reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def sent(client, street, **more):
    lon, lat = street.at(0)
    given = {"text": "路灯不亮", "lon": lon, "lat": lat, "key": "key-1", "matter": ""} | more
    return client.post("/report/", given)


def picture(name="a.jpg", content=None):
    return SimpleUploadedFile(name, content or photo(), "image/jpeg")


@pytest.mark.parametrize("url", ["/", "/report/", "/follow/", "/who/"])
def test_pages_answer_in_both_languages(client, town, url):  # noqa: F811
    for language in ("zh-hans", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert client.get(url).status_code == 200


def test_report_receipt_and_follow(client, town):  # noqa: F811
    answer = sent(client, town.a, photos=[picture(), picture("b.jpg", photo("blue"))])
    case = Case.objects.get()
    assert answer.status_code == 302
    receipt = client.get(answer.url)
    page = receipt.content.decode()
    assert case.number in page and case.follow_code in page and "<svg" in page
    followed = client.get(f"/follow/{case.number}/{case.follow_code}/").content.decode()
    assert "路灯不亮" in followed
    pictures = re.findall(rf'src="(/follow/{case.number}/[^"]+)"', followed)
    assert len(pictures) == 2
    assert client.get(pictures[0])["Content-Type"] == "image/jpeg"


def test_who_asks_for_secrecy_is_known_to_the_centre_only(client, town):  # noqa: F811
    answer = sent(client, town.a, contact_name="王一", contact_phone="13900000001", secret="on")
    case = Case.objects.get()
    assert answer.status_code == 302 and case.secret
    for who, seen in (("acceptor", True), ("community_clerk", False), ("grid_worker", False)):
        client.force_login(town.a.staff[who])
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert case.number in page and ("The reporter" in page) == seen
    client.logout()
    other = sent(client, town.a, key="key-2")  # the like open case is not offered to a stranger
    assert other.status_code == 302 and not Case.objects.exclude(pk=case.pk).get().secret


def test_pressing_send_twice_makes_one_case(client, town):  # noqa: F811
    first, second = sent(client, town.a), sent(client, town.a)
    assert first.url == second.url and Case.objects.count() == 1


def test_other_words_under_the_same_key_are_said_and_the_next_press_works(client, town):  # noqa: F811
    sent(client, town.a)
    answer = sent(client, town.a, text="别的事")
    assert answer.status_code == 400 and "sent before" in answer.content.decode()
    key = re.search(r'name="key" value="([^"]+)"', answer.content.decode())[1]
    assert key != "key-1" and sent(client, town.a, text="别的事", key=key).status_code == 302


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": ""}, "say what happened"),
        ({"text": "x" * 2001}, "at most 2000"),
        ({"lon": "", "lat": ""}, "say where it is"),
        ({"lat": ""}, "belong together"),
        ({"lon": "1", "lat": "1"}, "outside the area"),
        ({"lon": "abc"}, "Enter a number"),
        ({"contact_phone": "hello"}, "does not look like a phone"),
        ({"matter": "999999"}, "not one of the available choices"),
    ],
)
def test_bad_input_is_said_in_words_and_writes_nothing(client, town, given, words):  # noqa: F811
    answer = sent(client, town.a, **given)
    assert answer.status_code == 400
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert not Case.objects.exists()


def test_a_photo_of_20_mb_is_refused_by_name_and_size(client, town):  # noqa: F811
    answer = sent(client, town.a, photos=[picture("holiday.jpg", photo() + b"0" * 20 * 1024 * 1024)])
    assert answer.status_code == 400
    assert "“holiday.jpg” is larger than 15 MB" in answer.content.decode()
    assert not Case.objects.exists()


def test_what_is_no_photo_is_refused(client, town):  # noqa: F811
    answer = sent(client, town.a, photos=[picture("a.jpg", b"MZ\x90 program")])
    assert answer.status_code == 400 and "not taken here" in answer.content.decode()


def test_a_wrong_code_and_a_wrong_number_look_the_same(client, town):  # noqa: F811
    case = reported(town.a)
    wrong = [(case.number, "WRONG222"), ("YW20261122-00000000", case.follow_code), (case.number, "é")]
    answers = {client.get(f"/follow/{number}/{code}/").status_code for number, code in wrong}
    assert answers == {404}
    posted = client.post("/follow/", {"number": case.number, "code": "WRONG222"})
    assert posted.status_code == 400 and "do not fit" in posted.content.decode()


def test_number_and_code_are_taken_as_people_type_them(client, town):  # noqa: F811
    case = reported(town.a)
    typed = case.number.lower().replace("-", " ")
    answer = client.post("/follow/", {"number": typed, "code": f" {case.follow_code.lower()} "})
    assert answer.url == f"/follow/{case.number}/{case.follow_code}/"


def test_the_follower_sees_units_and_words_but_no_person_and_no_inner_note(client, town):  # noqa: F811
    case = brought_to("closed", town.a, contact_name="王五", contact_phone="13912345678")
    page = client.get(f"/follow/{case.number}/{case.follow_code}/").content.decode()
    assert town.a.office.name in page and "坑已补好" in page
    for person in town.a.staff.values():
        assert person.display_name not in page
    assert "13912345678" not in page and "王五" not in page


def test_a_photo_from_an_inner_step_is_not_shown_to_the_follower(client, town):  # noqa: F811
    case = reported(town.a)
    verify_case(case_id=case.pk, photos=[photo("blue")], by=town.a.staff["grid_worker"], at=AT)
    inner = case.evidence.get()
    assert client.get(f"/follow/{case.number}/{case.follow_code}/photos/{inner.pk}/").status_code == 404


def test_who_answers(client, town):  # noqa: F811
    lon, lat = town.a.at(1)
    page = client.get("/who/", {"lon": lon, "lat": lat}).content.decode()
    assert town.a.staff["grid_worker_2"].display_name in page and town.a.grids[1].name in page
    assert "outside the area" in client.get("/who/", {"lon": 1, "lat": 1}).content.decode()


def test_guessing_codes_ends_in_a_wait_and_a_right_code_from_elsewhere_still_opens(client, town):  # noqa: F811
    case = reported(town.a)
    right = f"/follow/{case.number}/{case.follow_code}/"
    for guess in range(WRONG_CODES.most - 1):
        assert client.get(f"/follow/{case.number}/GUESS{guess:03}/").status_code == 404
    assert client.get(right).status_code == 200  # right ones are not counted
    assert client.post("/follow/", {"number": case.number, "code": "WRONG222"}).status_code == 400
    answer = client.get(right)
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 900
    assert "Too many tries from your network" in answer.content.decode()
    assert client.post("/follow/", {"number": case.number, "code": "WRONG222"}).status_code == 429
    assert client.get(right + "receipt/").status_code == client.get(right + "photos/1/").status_code == 429
    assert client.get(right, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_a_forged_forwarded_header_does_not_make_another_caller(client, town):  # noqa: F811
    case = reported(town.a)
    for guess in range(WRONG_CODES.most):
        client.get(f"/follow/{case.number}/G/", headers={"x-forwarded-for": f"203.0.113.{guess}"})
    assert client.get(f"/follow/{case.number}/{case.follow_code}/").status_code == 429


def test_a_flood_of_reports_ends_in_a_wait_and_writes_nothing(client, town, monkeypatch):  # noqa: F811
    monkeypatch.setattr("onegrid.portals.resident.limits.REPORTS", Limit("report", 2, REPORTS.per))
    answers = [sent(client, town.a, key=f"k{n}", different="1").status_code for n in range(3)]
    assert answers == [302, 302, 429]
    assert Case.objects.count() == 2
    assert sent(client, town.a, key="k9", lon="abc").status_code == 400  # what is not sent on is not counted


HOSTILE = "<script>alert(1)</script> 🕳️ \u202eevil {{ 7|add:7 }} ' \" & end"


def test_a_null_character_is_refused_in_words_and_nothing_written(client, town):  # noqa: F811
    assert sent(client, town.a, text="broken\x00lamp").status_code == 400
    assert Case.objects.count() == 0


def test_emoji_and_script_come_back_as_text(client, town):  # noqa: F811
    answer = sent(client, town.a, text=HOSTILE, address="<img src=x onerror=alert(1)>", contact_name="<b>")
    page = client.get(
        f"/follow/{Case.objects.get().number}/{Case.objects.get().follow_code}/"
    ).content.decode()
    assert answer.status_code == 302
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 🕳️" in page and "{{ 7|add:7 }}" in page
    assert "<script>alert" not in page and "<img src=x" not in page


def test_a_point_in_the_sea_is_refused_in_words_beside_the_field(client, town):  # noqa: F811
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    answer = sent(client, town.a, lon="120.5", lat="38.2")  # 渤海
    assert answer.status_code == 400 and not Case.objects.exists()
    assert "不在" in answer.content.decode()


def test_help_me_choose_says_which_words_and_sends_nothing(client, town):  # noqa: F811
    given = {"text": "人民路上有个大坑，骑车差点摔了", "address": "人民路", "key": "k1", "suggest": "1"}
    page = client.post("/report/", given).content.decode()
    assert "Pothole or broken road" in page and "大坑" in page and "人民路上有个大坑" in page
    assert not Case.objects.exists()
    chosen = CaseClass.objects.get(kind="event", code="06013").pk
    assert f'<option value="{chosen}" selected' in page
    nothing = client.post("/report/", {"text": "。", "suggest": "1"})
    assert nothing.status_code == 200 and not Case.objects.exists()


def test_who_answers_is_not_walked_through_by_a_machine(client, town, monkeypatch):  # noqa: F811
    monkeypatch.setattr(limits, "ASKED_WHO", Limit("who_answers", 2, limits.ASKED_WHO.per))
    lon, lat = town.a.at(0)
    asked = [client.get("/who/", {"lon": lon, "lat": lat}).status_code for _ in range(3)]
    assert asked == [200, 200, 429] and client.get("/who/").status_code == 200


def test_kinds_are_suggested_while_writing_and_a_choice_stays(client, town):  # noqa: F811
    page = client.post("/report/kinds/", {"text": "路面有个大坑", "matter": ""}).content.decode()
    assert "By your words" in page and 'name="matter"' in page
    first = re.search(r'<option value="(\d+)" selected', page)
    assert first is not None
    other = next(pk for pk in re.findall(r'<option value="(\d+)"', page) if pk != first[1])
    kept = client.post("/report/kinds/", {"text": "路面有个大坑", "matter": other}).content.decode()
    assert re.findall(r'<option value="(\d+)" selected', kept)[0] == other
    assert "name no kind" in client.post("/report/kinds/", {"text": "喵"}).content.decode()


def test_addresses_are_found_with_and_without_script_and_one_is_taken(client, town):  # noqa: F811
    grid = town.a.grids[0]
    one = Address.objects.create(
        kind="road", name="云桥路", path="1.", full_name="甲东社区云桥路", grid=grid, area_path=grid.path,
        valid_from="2026-01-01",
    )  # fmt: skip
    AddressKey.objects.create(address=one, rank=2, key="云桥路", former=False)
    fragment = client.get("/report/places/", {"address": "云桥"}).content.decode()
    assert "甲东社区云桥路" in fragment and "<html" not in fragment
    assert "No address begins" in client.get("/report/places/", {"address": "不存在"}).content.decode()
    whole = client.post("/report/", {"text": "路灯不亮", "address": "云桥", "find": "1"}).content.decode()
    assert "甲东社区云桥路" in whole and "路灯不亮" in whole and not Case.objects.exists()
    chosen = {"lon": "", "lat": "", "address": "云桥", "place_for": "云桥", "place": str(one.pk)}
    assert sent(client, town.a, **chosen).status_code == 302
    assert (Case.objects.get().address, Case.objects.get().grid_id) == ("甲东社区云桥路", grid.pk)


def test_an_address_that_was_offered_for_other_words_is_not_taken(client, town):  # noqa: F811
    assert sent(client, town.a, address="另一处", place_for="云桥", place="1").status_code == 302
    assert Case.objects.get().address == "另一处"


def test_the_receipt_is_kept_as_a_picture(client, town):  # noqa: F811
    case = reported(town.a)
    answer = client.get(f"/follow/{case.number}/{case.follow_code}/receipt.png")
    assert answer["Content-Type"] == "image/png" and case.number in answer["Content-Disposition"]
    assert min(Image.open(BytesIO(answer.content)).size) > 200
    assert client.get(f"/follow/{case.number}/WRONG222/receipt.png").status_code == 404


def test_the_way_says_until_when_and_how_long_it_usually_takes(client, town):  # noqa: F811
    case = brought_to("dispatched", town.a)
    page = client.get(f"/follow/{case.number}/{case.follow_code}/").content.decode()
    assert "Too few matters of this kind" in page and "This step is due" in page


def test_the_photos_stay_chosen_when_something_else_is_wrong(client, town):  # noqa: F811
    """On an error, and when a kind or an address is looked up: nothing is chosen twice."""
    wrong = sent(client, town.a, photos=[picture()], contact_phone="abc")
    page = wrong.content.decode()
    assert wrong.status_code == 400 and "1 file is kept" in page and not Case.objects.exists()
    token = re.search(r'name="photos_kept" value="([^"]+)"', page)
    assert token is not None
    for press in ({"suggest": "1"}, {"find": "1"}):
        looked = sent(client, town.a, photos_kept=token[1], **press).content.decode()
        assert "1 file is kept" in looked and not Case.objects.exists()
    assert sent(client, town.a, photos_kept=token[1]).status_code == 302
    assert Case.objects.get().evidence.count() == 1


def test_a_photo_that_is_none_is_said_while_a_kind_is_looked_up(client, town):  # noqa: F811
    page = sent(client, town.a, photos=[picture(content=b"MZ")], suggest="1").content.decode()
    assert "not taken here" in page and "file is kept" not in page


def test_what_is_stored_for_nobody_yet_is_counted(client, town, monkeypatch):  # noqa: F811
    monkeypatch.setattr(limits, "LOOKS", Limit("like_cases", 2, limits.LOOKS.per))
    wrong = [sent(client, town.a, photos=[picture()], contact_phone="abc").status_code for _turn in range(3)]
    assert wrong == [400, 400, 429]
