"""Every reporter is told, and whoever follows: once, under the own number, with nothing in it that is anybody's."""

from datetime import timedelta

import pytest

from onegrid.accounts.notices.models import PhoneMessage
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, CaseLink, Channel, Follower
from onegrid.cases.flow.queries.public import public_case
from onegrid.kit.errors import Refused
from onegrid.kit.facts.models import FactRow
from onegrid.kit.verifications import VERIFICATIONS
from tests.cases.conftest import AT, brought_on, brought_to, town, written  # noqa: F401
from tests.streets import streets  # noqa: F401

REPORTER, OTHER, FOLLOWER = "000-0000-1001", "000-0000-1002", "000-0000-2001"
MINE = {"contact_phone": REPORTER, "contact_name": "王五"}


@pytest.fixture(autouse=True)
def _a_channel(settings):
    settings.DEMO_CHANNEL = True


def follow(case: Case, phone: str = FOLLOWER) -> Follower:
    given = {"channel": Channel.RESIDENT, "contact_phone": phone, "by": Resident(), "at": AT}
    return actions.follow_case(case_id=case.pk, **given)


def told() -> list[tuple[str | None, str]]:
    """(phone, number that is named), in the order of writing; and forgets them."""
    rows = list(PhoneMessage.objects.order_by("pk"))
    PhoneMessage.objects.all().delete()
    return [(row.phone, row.text) for row in rows]


def phones(rows) -> list[str | None]:
    return [phone for phone, _text in rows]


def test_filed_and_closed_are_told_to_reporter_and_follower_once(town):  # noqa: F811
    case = brought_to("verified", town.a, **MINE)
    follow(case)
    assert told() == []
    brought_on(case, town.a, "filed")
    filed = told()
    assert phones(filed) == [REPORTER, FOLLOWER] and all(case.number in text for _p, text in filed)
    brought_on(case, town.a, "dispatched", "handled", "checked")
    assert told() == []  # what goes on inside
    brought_on(case, town.a, "closed")
    closed = told()
    assert phones(closed) == [REPORTER, FOLLOWER] and all("办结" in text for _p, text in closed)
    private = [
        case.text,
        "王五",
        case.follow_code,
        Follower.objects.get().follow_code,
        str(case.grid),
        case.address or "道路",
    ]
    assert not [word for word in private for _p, text in [*filed, *closed] if word in text]
    with pytest.raises(Refused):
        actions.close_case(case_id=case.pk, by=town.a.staff["shift_leader"], at=AT)
    assert told() == []


def test_the_same_phone_is_told_once(town):  # noqa: F811
    case = brought_to("verified", town.a, **MINE)
    follow(case, "000 0000 1001")
    follow(case)
    follow(case)
    brought_on(case, town.a, "filed")
    assert phones(told()) == [REPORTER, FOLLOWER]


def test_who_left_no_phone_or_stopped_following_is_not_told(town):  # noqa: F811
    case = brought_to("verified", town.a, contact_name="王五", contact_phone="无")
    follow(case, "")
    gone = follow(case)
    actions.stop_following(number=case.number, follow_code=gone.follow_code, at=AT)
    assert Follower.objects.get(pk=gone.pk).phone is None  # forgotten with leaving
    brought_on(case, town.a, "filed")
    assert told() == []


def test_a_confidential_case_is_told_to_its_reporter_alone(town):  # noqa: F811
    case = brought_to("verified", town.a, **MINE)
    follow(case)
    Case.objects.update(secret=True)
    brought_on(case, town.a, "filed")
    assert phones(told()) == [REPORTER]


def test_what_was_read_in_from_elsewhere_tells_nobody(town):  # noqa: F811
    case = brought_to("verified", town.a, **MINE)
    Case.objects.update(channel=Channel.IMPORT)
    brought_on(case, town.a, "filed")
    assert told() == []


def test_without_a_channel_nothing_is_kept(town, settings):  # noqa: F811
    settings.DEMO_CHANNEL = False
    case = brought_to("verified", town.a, **MINE)
    brought_on(case, town.a, "filed")
    assert told() == []


def test_cancelled_is_told_with_its_number(town):  # noqa: F811
    case = brought_to("verified", town.a, **MINE)
    actions.cancel_case(case_id=case.pk, reason="不符合立案条件", by=town.a.staff["shift_leader"], at=AT)
    ((phone, text),) = told()
    assert phone == REPORTER and case.number in text and "不符合" not in text


def test_merged_is_told_to_the_one_that_waits_and_closing_to_both(town):  # noqa: F811
    case, into = brought_to("filed", town.a, **MINE), brought_to("checked", town.a, contact_phone=OTHER)
    told()
    by = town.a.staff["shift_leader"]
    actions.merge_case(case_id=case.pk, into_id=into.pk, reason="同一个坑", by=by, at=AT)
    ((phone, text),) = told()
    assert phone == REPORTER and case.number in text and into.number not in text
    actions.close_case(case_id=into.pk, by=by, at=AT)
    assert [
        (phone, next(one for one in (case.number, into.number) if one in text)) for phone, text in told()
    ] == [
        (OTHER, into.number),
        (REPORTER, case.number),
    ]


def test_linked_is_told_to_both_and_so_is_closing(town):  # noqa: F811
    case, other = brought_to("checked", town.a, **MINE), brought_to("checked", town.a, contact_phone=OTHER)
    told()
    by = town.a.staff["shift_leader"]
    actions.link_case(case_id=case.pk, other_id=other.pk, reason="一处施工", by=by, at=AT)
    assert sorted(phones(told())) == [REPORTER, OTHER] and CaseLink.objects.count() == 1
    actions.close_case(case_id=case.pk, by=by, at=AT)
    assert phones(told()) == [REPORTER, OTHER]


@pytest.mark.parametrize(
    ("kind", "granted", "said"),
    [
        ("extension", True, 1),
        ("suspension", True, 1),
        ("extension", False, 0),
        ("suspension", False, 0),
    ],
)
def test_more_time_is_told_when_it_is_granted(town, kind, granted, said):  # noqa: F811
    case = brought_to("dispatched", town.a, **MINE)
    told()
    until = AT + timedelta(days=40) if kind == "suspension" else None
    officer = town.a.staff["department_officer"]
    by = town.a.staff["shift_leader" if kind == "extension" else "leader"]
    made = actions.apply_for(case_id=case.pk, kind=kind, reason="等材料", until=until, by=officer, at=AT)
    assert told() == []
    actions.decide_application(application_id=made.pk, granted=granted, words="同意", by=by, at=AT)
    rows = told()
    assert len(rows) == said
    if rows:
        case.refresh_from_db()
        day = (until or case.due_at).date().isoformat()
        assert day[:7] in rows[0][1] and case.number in rows[0][1]


def test_a_follower_rates_beside_the_reporter(town):  # noqa: F811
    case = brought_to("filed", town.a, **MINE)
    one, two = follow(case), follow(case, "")
    assert "rate" not in public_case(number=case.number, follow_code=one.follow_code).may
    with pytest.raises(Refused, match="step_not_allowed"):
        rated(case, one)
    brought_on(case, town.a, "dispatched", "handled", "checked", "closed")
    case.refresh_from_db()
    version = case.version
    rated(case, one, stars=1, satisfied=False, words="还是不平")
    before = written()
    with pytest.raises(Refused, match="rated_already"):
        rated(case, one)
    with pytest.raises(Refused, match="bad_stars"):
        rated(case, two, stars=6)
    assert written() == before
    rated(case, two)
    mine = {"number": case.number, "follow_code": case.follow_code}
    assert "rate" in public_case(**mine).may  # nobody has taken the reporter's
    actions.rate_case(**mine, stars=5, satisfied=True, at=AT)
    stars = [step.details["stars"] for step in case.steps.filter(verb="rate").order_by("position")]
    assert stars == [1, 5, 5]
    case.refresh_from_db()
    assert case.version == version + 1  # the reporter's alone
    assert FactRow.objects.filter(kind="cases.CaseRated").count() == 1
    shown = public_case(number=case.number, follow_code=one.follow_code)
    assert [step.words for step in shown.steps if step.own] == ["还是不平"] and "rate" not in shown.may
    theirs = public_case(**mine).steps
    assert "还是不平" not in [step.words for step in theirs]
    assert not list(VERIFICATIONS.get("cases").findings(lambda _done, _total: None))


def rated(case: Case, follower: Follower, **more) -> Case:
    given = {"stars": 5, "satisfied": True, "at": AT} | more
    return actions.rate_as_follower(number=case.number, follow_code=follower.follow_code, **given)
