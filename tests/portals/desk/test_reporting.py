"""Taking down a report by phone: look-ups, like cases, sending; what is refused writes nothing."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from onegrid.cases.flow.actions import look_up_caller
from onegrid.cases.flow.models import Call, Case, Evidence, Follower
from onegrid.hall.answers.actions import publish_answer, write_answer
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed
from onegrid.places.addresses.actions import open_address
from tests.cases.conftest import AT, photo, reported, road, town, written  # noqa: F401
from tests.kit.files.test_storing import exif_photo
from tests.streets import BY, STARTS, streets  # noqa: F401

PHONE = "000-0000-1234"


@pytest.fixture(autouse=True)
def _in_english(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def clerk(client, town):  # noqa: F811
    client.force_login(town.a.staff["acceptor"])
    return town.a.staff["acceptor"]


def picture(content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", content or exif_photo(), "image/jpeg")


def posted(client, town, **more):  # noqa: F811
    lon, lat = town.a.at(0)
    given = {"channel": "hotline", "text": "路面有个大坑", "lon": lon, "lat": lat, "key": "call-1"} | more
    return client.post("/cases/new/", {name: value for name, value in given.items() if value is not None})


def test_a_call_becomes_a_case_and_number_and_code_are_shown_once(client, town, clerk):  # noqa: F811
    given = {"matter": road().pk, "contact_phone": PHONE, "contact_name": "王五", "secret": "on"}
    answer = posted(client, town, **given)
    case = Case.objects.get()
    assert answer.url == "/cases/new/"
    assert (case.channel, case.state, case.secret, case.case_class) == ("hotline", "reported", True, road())
    assert case.reporter_phone == PHONE and case.steps.get().actor_key == clerk.actor_key
    page = client.get("/cases/new/").content.decode()
    assert case.number in page and case.follow_code in page
    assert case.follow_code not in client.get("/cases/new/").content.decode()
    assert posted(client, town, **given).status_code == 302 and Case.objects.count() == 1  # a second press


def test_a_leaders_word_goes_by_the_supervisors_channel_and_an_emergency_past_the_queue(client, town, clerk):  # noqa: F811
    posted(client, town, channel="supervisor", urgent="on")
    case = Case.objects.get()
    assert (case.channel, case.urgent, case.state) == ("supervisor", True, "verified")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": ""}, "required"),
        ({"lon": None, "lat": None}, "say where it is"),
        ({"lon": "1", "lat": "1"}, "outside the area"),
        ({"lat": None}, "belong together"),
        ({"channel": "import"}, "not one of the available choices"),
        ({"matter": "999999"}, "not one of the available choices"),
        ({"text": "a\x00b"}, "Null characters"),
    ],
)
def test_what_does_not_fit_is_said_and_writes_nothing(client, town, clerk, given, words):  # noqa: F811
    answer = posted(client, town, **given)
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not Case.objects.exists()


def test_class_and_like_cases_are_found_before_anything_is_written(client, town, clerk):  # noqa: F811
    first = reported(town.a, text="人民路路面有坑", at=timezone.now())
    page = posted(client, town, find="1").content.decode()
    assert "06013" in page and "because of" in page and "大坑" in page and first.number in page
    assert f'<option value="{road().pk}" selected' in page  # the likeliest is chosen
    asked = posted(client, town)
    assert asked.status_code == 200 and "Nothing is written down yet" in asked.content.decode()
    assert Case.objects.count() == 1
    assert posted(client, town, different="1").status_code == 302 and Case.objects.count() == 2


def test_the_caller_follows_an_open_case(client, town, clerk):  # noqa: F811
    first = reported(town.a, at=timezone.now())
    assert posted(client, town, follow=first.number, contact_phone=PHONE).status_code == 302
    follower = Follower.objects.get()
    assert follower.phone == PHONE
    assert (follower.channel, follower.case, follower.words) == ("hotline", first, "路面有个大坑")
    page = client.get("/cases/new/").content.decode()
    assert follower.follow_code in page and first.follow_code not in page
    abroad = reported(town.b)
    assert posted(client, town, follow=abroad.number).status_code == 404


def kept(page: str) -> str:
    return re.search(r'name="photos_kept" value="([^"]*)"', page)[1]


def test_photos_go_along_with_every_button_of_the_page(client, town, clerk):  # noqa: F811
    """Looking up, finding, and like cases send nothing; the photos stay, with what the camera wrote."""
    first = reported(town.a, at=timezone.now())
    page = posted(client, town, find="1", photos=[picture(), picture(photo("blue"))]).content.decode()
    assert 'data-kept="2"' in page and not Evidence.objects.exists()
    again = posted(client, town, text="", photos_kept=kept(page))
    assert again.status_code == 400 and 'data-kept="2"' in again.content.decode()
    page = posted(client, town, photos_kept=kept(page)).content.decode()
    assert "Nothing is written down yet" in page and Case.objects.count() == 1
    token = kept(page)
    assert posted(client, town, different="1", photos_kept=token).status_code == 302
    rows = Case.objects.exclude(pk=first.pk).get().evidence.order_by("position")
    assert [row.taken_at is not None for row in rows] == [True, False] and rows[0].taken_point is not None
    assert posted(client, town, different="1", photos_kept=token).status_code == 302  # a second press
    assert Case.objects.count() == 2
    posted(client, town, follow=first.number, key="call-2", photos_kept=token)
    assert Evidence.objects.filter(case=first, step__verb="follow").count() == 2


def test_kept_photos_are_left_out_or_replaced(client, town, clerk):  # noqa: F811
    token = kept(posted(client, town, find="1", photos=[picture(), picture(photo("blue"))]).content.decode())
    posted(client, town, photos_kept=token, photos_left_out="on")
    posted(client, town, key="call-2", different="1", photos_kept=token, photos=[picture(photo("green"))])
    posted(
        client, town, key="call-3", different="1", photos_kept=token + "x"
    )  # forged: as if there were none
    counts = [case.evidence.count() for case in Case.objects.order_by("pk")]
    assert counts == [0, 1, 0]


def test_what_is_no_photo_is_said_by_every_button(client, town, clerk):  # noqa: F811
    for more in ({}, {"find": "1"}):
        answer = posted(client, town, photos=[picture(b"MZ\x90 program")], **more)
        assert "kind of file is not taken" in answer.content.decode() and not Case.objects.exists()


def test_an_address_is_found_and_its_point_is_the_place(client, town, clerk):  # noqa: F811
    lon, lat = town.a.at(1)
    found = open_address(kind="road", name="云桥路", parent_id=None, lon=lon, lat=lat, by=BY, at=STARTS)
    nowhere = {"lon": None, "lat": None, "address": "云桥"}
    page = posted(client, town, find="1", **nowhere).content.decode()
    value = re.search(r'name="found_address" value="(\d+)"', page)[1]
    assert int(value) == found.pk
    posted(client, town, found_address=value, **nowhere)
    case = Case.objects.get()
    assert case.address == found.full_name and case.grid == town.a.grids[1]


def test_a_caller_is_looked_up_for_a_purpose_on_record_and_only_in_scope(client, town, clerk):  # noqa: F811
    mine = reported(town.a, contact_phone=PHONE)
    reported(town.b, contact_phone=PHONE)
    before = written()
    refused = posted(client, town, look_up="1", contact_phone=PHONE)
    assert "Please say what you need" in refused.content.decode()
    assert "Please give the phone" in posted(client, town, look_up="1", purpose="x").content.decode()
    assert not AuditEntry.objects.filter(verb="cases.look_up_caller").exists()
    page = posted(client, town, look_up="1", contact_phone="00000001234", purpose="回访").content.decode()
    assert re.findall(r"/cases/(YW[0-9-]+)/", page) == [mine.number]
    entry = AuditEntry.objects.get(verb="cases.look_up_caller")
    assert entry.reason == "回访" and entry.details["cases"] == [mine.pk] and "1234" not in str(entry.details)
    assert written() == before


def test_who_may_not_see_contacts_looks_nobody_up(client, town):  # noqa: F811
    worker = town.a.staff["grid_worker"]
    with pytest.raises(NotAllowed):
        look_up_caller(phone=PHONE, purpose="x", by=worker, at=datetime(2026, 11, 20, tzinfo=UTC))
    client.force_login(worker)
    assert 'name="look_up"' not in client.get("/cases/new/").content.decode()
    assert posted(client, town, look_up="1", contact_phone=PHONE, purpose="x").status_code == 403
    client.force_login(town.a.staff["dispatcher"])
    assert client.get("/cases/new/").status_code == posted(client, town).status_code == 403


def live(client, town, **more) -> str:  # noqa: F811
    lon, lat = town.a.at(0)
    given = {"channel": "hotline", "text": "路面有个大坑", "lon": lon, "lat": lat, "key": "call-1"} | more
    return client.post("/cases/new/live/", given).content.decode()


def test_while_words_come_in_class_like_cases_and_addresses_come_too(client, town, clerk):  # noqa: F811
    first = reported(town.a, text="人民路路面有坑", at=timezone.now())
    before = written()
    part = live(client, town)
    assert f'data-take-class="{road().pk}"' in part and first.number in part and "<html" not in part
    assert "data-take-class" not in live(client, town, text="") and first.number not in live(
        client, town, text=""
    )
    assert written() == before


def test_the_look_up_while_writing_needs_a_purpose_and_is_on_record(client, town, clerk):  # noqa: F811
    mine = reported(town.a, contact_phone=PHONE, contact_name="王五")
    assert "Please say what you need" in live(client, town, look_up="1", contact_phone=PHONE)
    found = live(client, town, look_up="1", contact_phone=PHONE, purpose="查此前反映")
    assert f'data-take-case="{mine.number}"' in found and "王五" not in found
    entry = AuditEntry.objects.get(verb="cases.look_up_caller")
    assert (entry.reason, entry.actor_key) == ("查此前反映", clerk.actor_key)


def test_a_call_that_was_answered_ends_without_a_case(client, town, clerk):  # noqa: F811
    given = {"end": "1", "outcome": "answered", "text": "问身份证在哪办", "said": "派出所户籍窗口"}
    assert posted(client, town, **given).url == "/cases/new/"
    call = Call.objects.get()
    assert call.words == "问身份证在哪办\n派出所户籍窗口" and not Case.objects.exists()
    assert "派出所户籍窗口" in client.get("/cases/new/").content.decode()
    wrong = posted(client, town, end="1", outcome="", key="call-2")
    assert "Please say how the call ended" in wrong.content.decode() and Call.objects.count() == 1


def test_known_answers_stand_beside_and_earlier_calls_are_found_by_the_number(client, town, clerk):  # noqa: F811
    leader = town.a.staff["shift_leader"]
    given = {"question": "居住证怎么办理？", "answer": "带身份证到社区工作站。", "by": leader, "at": AT}
    publish_answer(answer_id=write_answer(area=town.a.area, **given).pk, by=leader, at=AT)
    part = live(client, town, text="想问居住证怎么办")
    assert "带身份证到社区工作站。" in part and 'data-take-answer="居住证怎么办理？"' in part
    posted(client, town, end="1", outcome="answered", text="问居住证", contact_phone=PHONE)
    found = live(client, town, look_up="1", contact_phone=PHONE, purpose="查此前来电")
    assert "问居住证" in found and "问居住证" not in live(
        client, town, look_up="1", contact_phone="9", purpose="x"
    )
