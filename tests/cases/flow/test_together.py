"""One step with many cases: what the preview says is what happens; one refusal stops no other; twice is once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from onegrid.cases.flow.models import Case, Step
from onegrid.cases.flow.queries.together import TOGETHER, TOGETHER_MOST, prospects, verbs_together
from onegrid.cases.flow.rules import Verb
from onegrid.kit.errors import Refused
from tests.cases.conftest import AT, brought_to, reported, road, written
from tests.streets import streets  # noqa: F401


@pytest.fixture
def mixed(town) -> list[Case]:
    """Two that wait to be dispatched, one that is not filed, one of the other street."""
    return [
        brought_to("filed", town.a), reported(town.a), brought_to("filed", town.a), brought_to("filed", town.b),
    ]  # fmt: skip


def shown(cases) -> list[tuple[str, int]]:
    return [(case.number, case.version) for case in cases]


def test_the_preview_says_what_happens(town, mixed, django_assert_max_num_queries):
    dispatcher, before = town.a.staff["dispatcher"], written()
    dispatcher.scope("cases.see")
    with django_assert_max_num_queries(14):
        looked = prospects(
            verb=Verb.DISPATCH, numbers=[case.number for case in mixed], viewer=dispatcher, at=AT
        )
    assert [one.refusal and one.refusal.code for one in looked] == [
        None, "step_not_allowed", None, "not_found",
    ]  # fmt: skip
    assert looked[3].case is None and written() == before
    outcomes = actions.take_together(verb=Verb.DISPATCH, chosen=shown(mixed), words="", by=dispatcher, at=AT)
    assert [one.refusal and one.refusal.code for one in outcomes] == [
        one.refusal and one.refusal.code for one in looked
    ]
    states = dict(Case.objects.values_list("number", "state"))
    assert [states[case.number] for case in mixed] == ["dispatched", "reported", "dispatched", "filed"]
    assert [one.unit for one in looked] == [town.a.office, None, town.a.office, None]
    assert [outcome.case.unit for outcome in outcomes if outcome.case] == [town.a.office, town.a.office]


def sight(town, cases) -> list:
    leader = town.a.staff["leader"]
    return prospects(verb=Verb.DISPATCH, numbers=[case.number for case in cases], viewer=leader, at=AT)


def test_more_cases_are_no_more_questions(town, django_assert_num_queries):
    cases = [reported(town.a, grid=place % 4, text=f"大坑 {place}") for place in range(8)]
    Case.objects.update(state="filed", case_class=road())
    sight(town, cases[:1])  # the catalogue is read once a process
    with CaptureQueriesContext(connection) as few:
        sight(town, cases[:1])
    with django_assert_num_queries(len(few)):
        assert len({one.unit for one in sight(town, cases)}) == 1


def test_a_unit_that_objected_is_named_with_a_caution(town):
    case, officer = brought_to("dispatched", town.a), town.a.staff["department_officer"]
    actions.object_to_duty(case_id=case.pk, reason="不是本单位的", by=officer, at=AT)
    actions.return_case(case_id=case.pk, reason="不是本单位的", by=officer, at=AT)
    case.refresh_from_db()
    dispatcher = town.a.staff["dispatcher"]
    (one,) = prospects(verb=Verb.DISPATCH, numbers=[case.number], viewer=dispatcher, at=AT)
    assert one.unit == town.a.office and one.caution and one.refusal is None
    given = {"verb": Verb.DISPATCH, "chosen": shown([case]), "by": dispatcher, "at": AT}
    assert actions.take_together(words="", **given)[0].refusal.code == "unit_objected"
    assert actions.take_together(words="现场为其管养道路", **given)[0].case.unit == town.a.office


def test_where_nobody_is_responsible_the_preview_says_so(town):
    case = brought_to("filed", town.a)
    Organisation.objects.update(closed_on=AT.date())
    dispatcher = town.a.staff["dispatcher"]
    (one,) = prospects(verb=Verb.DISPATCH, numbers=[case.number], viewer=dispatcher, at=AT)
    assert one.unit is None and one.refusal.code == "no_responsible_unit"
    (outcome,) = actions.take_together(
        verb=Verb.DISPATCH, chosen=shown([case]), words="", by=dispatcher, at=AT
    )
    assert outcome.refusal.code == "no_responsible_unit"


def test_posted_twice_is_done_once(town, mixed):
    given = {
        "verb": Verb.DISPATCH,
        "chosen": shown(mixed),
        "words": "",
        "by": town.a.staff["dispatcher"],
        "at": AT,
    }
    actions.take_together(**given)
    before = written()
    again = actions.take_together(**given)
    assert [(one.before, bool(one.refusal)) for one in again] == [
        (True, False), (False, True), (True, False), (False, True),
    ]  # fmt: skip
    assert written() == before


def test_a_return_posted_twice_is_known_though_the_case_is_out_of_sight(town):
    case, officer = brought_to("dispatched", town.a), town.a.staff["department_officer"]
    given = {"verb": Verb.RETURN, "chosen": shown([case]), "words": "不归我管", "by": officer, "at": AT}
    assert actions.take_together(**given)[0].refusal is None
    assert actions.take_together(**given)[0].before


def test_somebody_who_was_faster_wins(town, mixed):
    leader, shift = town.a.staff["leader"], town.a.staff["shift_leader"]
    actions.note_case(case_id=mixed[0].pk, words="看过", by=shift, at=AT)
    outcomes = actions.take_together(
        verb=Verb.PRESS, chosen=shown(mixed[:2]), words="请今日答复", by=leader, at=AT
    )
    assert [one.refusal and one.refusal.code for one in outcomes] == ["changed_meanwhile", None]
    assert list(Step.objects.filter(verb="press").values_list("case_id", flat=True)) == [mixed[1].pk]


@pytest.mark.parametrize(
    ("verb", "words", "count", "code"),
    [
        (Verb.VERIFY, "x", 1, "not_together"),
        (Verb.FILE, "x", 1, "not_together"),
        (Verb.PRESS, " ", 1, "reason_needed"),
        (Verb.NOTE, "", 1, "reason_needed"),
        (Verb.PRESS, "x" * 2001, 1, "words_too_long"),
        (Verb.PRESS, "x", TOGETHER_MOST + 1, "too_many_together"),
    ],
)
def test_refused_as_a_whole(town, verb, words, count, code):
    case, before = reported(town.a), written()
    chosen = [(case.number, case.version)] + [(f"X{n}", 1) for n in range(count - 1)]
    with pytest.raises(Refused) as refusal:
        actions.take_together(verb=verb, chosen=chosen, words=words, by=town.a.staff["leader"], at=AT)
    assert refusal.value.code == code and written() == before


def test_what_is_offered_are_the_steps_one_has_a_right_for(town):
    assert set(verbs_together(town.a.staff["leader"])) <= set(TOGETHER)
    assert Verb.PRESS in verbs_together(town.a.staff["leader"])
    assert Verb.DISPATCH in verbs_together(town.a.staff["dispatcher"])
    assert Verb.PRESS not in verbs_together(town.a.staff["grid_worker"])
    assert verbs_together(town.staff["operator"]) == []


def test_posted_twice_is_known_though_others_follow_the_case(town):
    """A follower's step makes no version: steps and versions are counted apart."""
    case, leader = reported(town.a), town.a.staff["leader"]
    actions.follow_case(case_id=case.pk, channel="resident", words="我也看到了", by=Resident(), at=AT)
    given = {"verb": Verb.PRESS, "words": "请今日答复", "by": leader, "at": AT}
    actions.take_together(**given, chosen=shown([case]))
    (again,) = actions.take_together(**given, chosen=shown([case]))
    assert again.before and again.refusal is None
    case.refresh_from_db()
    actions.note_case(case_id=case.pk, words="已联系", by=town.a.staff["shift_leader"], at=AT)
    (other,) = actions.take_together(
        **given, chosen=shown([case])
    )  # another post, that somebody was faster than
    assert not other.before and other.refusal.code == "changed_meanwhile"


def test_the_preview_of_closing_says_what_closes_along_and_what_is_not_ready(
    client, town, django_assert_num_queries
):
    shift = town.a.staff["shift_leader"]
    alone, ready, along, twin, held_up, waiting = (
        brought_to(state, town.a)
        for state in ("checked", "checked", "checked", "reported", "checked", "dispatched")
    )
    link = {"reason": "同一工地", "by": shift, "at": AT}
    actions.link_case(case_id=ready.pk, other_id=along.pk, **link)
    actions.link_case(case_id=held_up.pk, other_id=waiting.pk, **link)
    actions.merge_case(case_id=twin.pk, into_id=along.pk, reason="重复", by=shift, at=AT)
    numbers = [alone.number, ready.number, held_up.number]
    looked = {one.number: one for one in prospects(verb=Verb.CLOSE, numbers=numbers, viewer=shift, at=AT)}
    assert looked[alone.number].along == () and looked[alone.number].refusal is None
    assert looked[ready.number].along == (along.number, twin.number)
    assert looked[held_up.number].refusal.code == "linked_not_ready"
    assert looked[held_up.number].refusal.details["numbers"] == [waiting.number]
    client.force_login(shift)
    page = client.post(
        "/cases/together/", {"verb": "close", "case": numbers}, headers={"accept-language": "en"}
    ).content.decode()
    assert f"Closed along with it: {along.number}, {twin.number}" in page
    assert f"these are not ready: {waiting.number}" in page
    chosen = [(case.number, Case.objects.get(pk=case.pk).version) for case in (ready, along, held_up)]
    done = actions.take_together(verb=Verb.CLOSE, chosen=chosen, words="已修好", by=shift, at=AT)
    assert [(one.before, one.refusal and one.refusal.code) for one in done] == [
        (False, None), (True, None), (False, "linked_not_ready"),
    ]  # fmt: skip
    assert Case.objects.get(pk=held_up.pk).state == "checked"
