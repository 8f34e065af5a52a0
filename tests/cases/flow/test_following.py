"""Following an open case: idempotent, of a code of one's own, and blind to what the reporter wrote."""

from datetime import datetime, timedelta, timezone

import pytest

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Channel, Follower
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.queries.public import public_case, public_photo
from onegrid.cases.flow.similar.queries import Told, like_cases, limits_in_force, offers
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.verifications import VERIFICATIONS
from tests.cases.conftest import AT, brought_to, photo, reported, road, town, written  # noqa: F401
from tests.cases.flow.test_side_roads import refused
from tests.kit.files.test_storing import exif_photo
from tests.streets import streets  # noqa: F401

TAKEN = datetime(2026, 11, 21, 9, 30, tzinfo=timezone(timedelta(hours=8)))
LATER = AT + timedelta(hours=1)


def follow(case, **more):
    given = {"case_id": case.pk, "channel": Channel.RESIDENT, "by": Resident(), "at": LATER} | more
    return actions.follow_case(**given)


def told(town, text="路上有个大坑", **more) -> Told:  # noqa: F811
    lon, lat = town.a.at(0)
    given = {"text": text, "case_class": None, "lon": lon, "lat": lat, "address": "", "at": LATER} | more
    return Told(**given)


def intact() -> bool:
    return not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def test_a_follower_is_in_the_timeline_and_disturbs_nobody(town):  # noqa: F811
    case = reported(town.a)
    before = case.version, case.due_at
    follower = follow(case, words="我也看到了", photos=[photo("blue")], idempotency_key="k")
    case.refresh_from_db()
    step = case.steps.last()
    assert (case.version, case.due_at) == before and case.state == "reported"
    assert (step.verb, step.words, step.details["follower"]) == ("follow", "我也看到了", follower.pk)
    assert case.evidence.count() == 1 and intact()
    assert follow(case, words="again", idempotency_key="k") == follower and case.steps.count() == 2
    assert follow(case).follow_code != follower.follow_code != case.follow_code
    actions.verify_case(case_id=case.pk, by=town.a.staff["grid_worker"], seen_version=1, at=LATER)
    assert intact()


def test_a_follower_sees_the_way_but_not_the_report(town):  # noqa: F811
    case = brought_to("checked", town.a, photos=[photo()], contact_name="王五")
    follower = follow(case, words="同一个坑")
    actions.add_to_report(number=case.number, follow_code=case.follow_code, words="我住3号楼", at=LATER)
    actions.close_case(case_id=case.pk, words="已修好", by=town.a.staff["shift_leader"], at=LATER)
    found = public_case(number=case.number, follow_code=follower.follow_code.lower())
    assert found.follower == follower and found.code == follower.follow_code
    assert [step.state for step in found.steps][-1] == "closed" and found.steps[-1].words == "已修好"
    assert "我住3号楼" not in str(found.steps)
    assert found.may == {"leave", "note", "rate"}
    scene, result = case.evidence.order_by("pk")
    assert found.photos == [result]
    given = {"number": case.number, "follow_code": follower.follow_code}
    assert public_photo(**given, evidence_id=result.pk) == result.file
    with pytest.raises(NotFound):
        public_photo(**given, evidence_id=scene.pk)
    for verb in (actions.withdraw_report, actions.add_to_report):  # the reporter's alone
        with pytest.raises(NotFound):
            verb(**given, **({"words": "x"} if verb is actions.add_to_report else {"reason": "x"}), at=LATER)
    with pytest.raises(NotFound):
        actions.rate_case(**given, stars=1, satisfied=False, at=LATER)
    actions.stop_following(**given, at=LATER)
    for again in (lambda: public_case(**given), lambda: actions.stop_following(**given, at=LATER)):
        with pytest.raises(NotFound):
            again()


def test_what_is_refused_writes_nothing(town):  # noqa: F811
    secret, closed, case = reported(town.a, secret=True), brought_to("closed", town.a), reported(town.a)
    before = written()
    for given, error, code in [
        ({"case": secret}, NotFound, "not_found"),
        ({"case": closed}, Refused, "case_is_final"),
        ({"words": "x" * 2001}, Refused, "words_too_long"),
        ({"photos": [photo()] * 7}, Refused, "too_many_photos"),
        ({"photos": [b"MZ"]}, Refused, "unsupported_file"),
        ({"by": town.a.staff["dispatcher"]}, NotAllowed, "not_allowed"),
    ]:
        more = {"case": case} | given
        with pytest.raises(error, match=code):
            follow(more.pop("case"), **more)
    assert written() == before and not Follower.objects.exists()


def test_a_matter_that_others_follow_is_not_taken_back(town):  # noqa: F811
    case = reported(town.a)
    follower = follow(case)
    give = {"number": case.number, "follow_code": case.follow_code, "reason": "x", "at": LATER}
    before = written()
    with pytest.raises(Refused, match="others_follow_it"):
        actions.withdraw_report(**give)
    assert written() == before
    actions.stop_following(number=case.number, follow_code=follower.follow_code, at=LATER)
    assert actions.withdraw_report(**give).state == "cancelled"


def test_offers_say_what_and_how_far_and_count_the_others(town):  # noqa: F811
    lon, _lat = town.a.at(0)
    case = reported(town.a)
    follow(case)
    merged = reported(town.a, lon=lon + 0.0001)
    actions.merge_case(
        case_id=merged.pk, into_id=case.pk, reason="重复", by=town.a.staff["acceptor"], at=LATER
    )
    (offer,) = offers(told=told(town))
    assert (offer.case_id, offer.metres, offer.days, offer.others) == (case.pk, 10, 0, 3)
    assert "路面有个大坑" not in str(offer) and offer.matter
    assert [one.case for one in like_cases(told=told(town), viewer=town.a.staff["acceptor"])]
    assert like_cases(told=told(town), viewer=town.b.staff["acceptor"]) == []


def test_what_is_never_offered(town):  # noqa: F811
    reported(town.a, secret=True)
    reported(town.a, grid=1)
    brought_to("closed", town.a)
    reported(town.a, text="有人家里吵架打人")  # another kind of matter
    inner = CaseClass.objects.filter(plain_name="", kind="event").exclude(priority="emergency").first()
    reported(town.a, case_class=inner)  # of a class that residents are not offered
    assert offers(told=told(town)) == []
    reported(town.a)
    assert offers(told=told(town, text="。")) == []  # words that name no kind learn nothing
    assert offers(told=told(town, text="。", case_class=road()))[0].others == 1
    assert offers(told=told(town, at=AT + timedelta(days=limits_in_force().days["event"] + 1))) == []


def test_without_a_point_the_same_address_in_the_grid_is_found(town, monkeypatch):  # noqa: F811
    case = reported(town.a, address="人民路5号")
    place = "onegrid.cases.flow.similar.queries.place_of"
    monkeypatch.setattr(place, lambda lon, lat, address: case)
    given = {"lon": None, "lat": None}
    assert offers(told=told(town, address="人民路 5 号", **given))[0].case_id == case.pk
    assert offers(told=told(town, address="人民路6号", **given)) == []
    assert offers(told=told(town, **given)) == []


def test_photos_are_set_aside_and_come_back(town):  # noqa: F811
    token = actions.set_photos_aside([exif_photo(), photo("blue")], at=AT)
    first, second = actions.photos_set_aside(token)
    assert first.taken_at == TAKEN and first.taken_point == pytest.approx((118.02, 37.38))
    assert (second.taken_at, second.taken_point) == (None, None)
    again = actions.set_photos_aside([first, second], at=AT)  # set aside once more: the same files
    assert actions.photos_set_aside(again) == [first, second]
    assert actions.photos_set_aside("") == actions.photos_set_aside(token + "x") == []
    assert actions.set_photos_aside([], at=AT) == ""
    second.file.delete()
    with pytest.raises(Refused, match="photos_gone"):
        actions.photos_set_aside(token)
    with pytest.raises(Refused, match="too_many_photos"):
        actions.set_photos_aside([photo()] * 7, at=AT)


def test_a_follower_adds_a_note_that_disturbs_nobody(town):  # noqa: F811
    case = reported(town.a)
    follower = actions.follow_case(
        case_id=case.pk, channel="resident", words="也看到了", by=Resident(), at=AT
    )
    key = {"number": case.number, "follow_code": follower.follow_code}
    before = case.version
    for _press in range(2):  # the button was pressed twice
        actions.add_as_follower(**key, words="今天更严重了", at=AT)
    case.refresh_from_db()
    last = case.steps.last()
    assert (last.verb, last.words, case.version) == ("note", "今天更严重了", before)
    assert case.steps.filter(verb="note").count() == 1
    told = Notice.objects.filter(recipient=town.a.staff["grid_worker"], kind="case.reporter_note")
    assert told.count() == 1
    mine = public_case(**key)
    assert [step.words for step in mine.steps if step.own] == ["今天更严重了"] and "note" in mine.may
    theirs = public_case(number=case.number, follow_code=case.follow_code)
    assert "今天更严重了" not in [step.words for step in theirs.steps]
    assert list(CaseTimelines().findings(lambda done, total: None)) == []
    refused("words_needed", actions.add_as_follower, **key, words=" ")
    refused("not_found", actions.add_as_follower, number=case.number, follow_code="XXXXXXXX", words="x")
    refused("not_found", actions.add_to_report, **key, words="x")  # not by the reporter's way
    actions.cancel_case(case_id=case.pk, reason="重复", by=town.a.staff["shift_leader"], at=AT)
    refused("case_is_final", actions.add_as_follower, **key, words="x")
    assert "note" not in public_case(**key).may
