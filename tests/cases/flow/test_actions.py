"""Every verb: the way through, what it refuses and that nothing is written then, and two people at once."""

from datetime import UTC, datetime, timedelta

import pytest

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.models import CaseClass, CatalogVersion
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import STEPS, State, Verb
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, ORDER, brought_to, photo, reported, road, written
from tests.streets import streets  # noqa: F401


def call(verb, case, street, by=None, **more):
    """The verb's action with arguments that fit, by the person whose work it is."""
    staff = street.staff
    given = {
        "verify": (actions.verify_case, "grid_worker", {}),
        "settle": (actions.settle_case, "grid_worker", {"words": "已清理", "photos": [photo()]}),
        "file": (
            actions.file_case,
            "shift_leader",
            {"class_id": road().pk, "standard_id": standards_of(road())[0].pk},
        ),
        "dispatch": (actions.dispatch_case, "dispatcher", {}),
        "handle": (actions.handle_case, "department_officer", {"words": "已修复"}),
        "return": (actions.return_case, "department_officer", {"reason": "不属本单位"}),
        "check": (actions.check_case, "grid_worker", {}),
        "rework": (
            actions.rework_case,
            "grid_worker" if case.state == "handled" else "shift_leader",
            {"reason": "没修好"},
        ),
        "close": (actions.close_case, "shift_leader", {}),
        "cancel": (actions.cancel_case, "shift_leader", {"reason": "重复"}),
    }
    action, who, arguments = given[str(verb)]
    return action(**({"case_id": case.pk, "by": by or staff[who], "at": AT} | arguments | more))


# the verbs of `call`; those that have files of their own are tested there
VERBS = [
    Verb.VERIFY, Verb.SETTLE, Verb.FILE, Verb.DISPATCH, Verb.HANDLE, Verb.RETURN, Verb.CHECK, Verb.REWORK,
    Verb.CLOSE, Verb.CANCEL,
]  # fmt: skip


def test_the_whole_way(town):
    case = brought_to("closed", town.a)
    steps = list(case.steps.all())
    assert [step.to_state for step in steps] == ORDER
    assert [step.position for step in steps] == list(range(1, 8))
    assert steps[3].to == town.a.office.name and steps[3].details["by_list"] is True
    assert steps[4].org_name == town.a.office.name and steps[4].post
    assert case.ended_at == AT and case.due_at is None and case.holder_org is None
    assert case.clocks.count() == 6 and not case.clocks.filter(stopped_at=None).exists()
    kinds = list(
        FactRow.objects.filter(kind__startswith="cases.").order_by("id").values_list("kind", flat=True)
    )
    assert kinds == [
        f"cases.Case{name}"
        for name in ("Opened", "Verified", "Filed", "Dispatched", "Handled", "Checked", "Closed")
    ]


def test_who_holds_it_and_who_is_told_at_each_step(town):
    a = town.a
    expected = {
        "reported": (None, a.staff["grid_worker"], "grid_worker"),
        "verified": (a.centre, None, "shift_leader"),
        "filed": (a.centre, None, "dispatcher"),
        "dispatched": (a.office, None, "department_officer"),
        "handled": (None, a.staff["grid_worker"], "grid_worker"),
        "checked": (a.centre, None, "shift_leader"),
    }
    for state, (org, user, told) in expected.items():
        Notice.objects.all().delete()
        case = brought_to(state, a)
        assert (case.holder_org, case.holder_user) == (org, user), state
        assert Notice.objects.latest("id").recipient == a.staff[told], state


def test_the_standard_row_sets_the_limit_for_handling(town):
    case = brought_to("dispatched", town.a)
    row, clock = standards_of(road())[0], case.clocks.get(stopped_at=None)
    assert (clock.stage, clock.limit, clock.unit, clock.mark) == (
        "handle",
        row.limit,
        row.unit,
        "local_sample",
    )
    step = case.steps.get(verb="file")
    assert step.details["standard"]["condition"] == row.filing_condition
    assert step.details["standard"]["mark"] == "local_sample"


@pytest.mark.parametrize("state", State)
def test_every_wrong_verb_is_refused_and_nothing_is_written(town, state):
    case = brought_to(state, town.a)
    before = written()
    for verb in VERBS:
        if (state, verb) not in STEPS:
            with pytest.raises(Refused) as refusal:
                # the superuser of the test: only the state may be the reason
                call(verb, case, town.a, by=everybody(town))
            assert refusal.value.code in ("step_not_allowed", "case_is_final"), verb
    assert written() == before


def everybody(town):
    user = town.staff["operator"]
    user.is_superuser = True
    return user


@pytest.mark.parametrize(
    ("state", "verb"), [(s, v) for (s, v) in STEPS if v in VERBS], ids=lambda value: str(value)
)
def test_whose_work_it_is_not(town, state, verb):
    """A colleague of another role gets 403; the same role of street B gets 404; nothing is written."""
    case = brought_to(state, town.a)
    before = written()
    with pytest.raises(NotAllowed):
        call(verb, case, town.a, by=town.a.staff["leader"])
    with pytest.raises(NotFound):
        call(verb, case, town.b)
    with pytest.raises(NotFound):
        call(verb, Case(pk=0, state=state), town.a, by=everybody(town))
    assert written() == before


@pytest.mark.parametrize(
    ("state", "verb", "given", "code"),
    [
        ("dispatched", "return", {"reason": " "}, "reason_needed"),
        ("handled", "rework", {"reason": ""}, "reason_needed"),
        ("reported", "cancel", {"reason": ""}, "reason_needed"),
        ("dispatched", "handle", {"words": ""}, "words_needed"),
        ("reported", "settle", {"photos": []}, "photo_needed"),
        ("dispatched", "handle", {"words": "x" * 2001}, "words_too_long"),
        ("handled", "check", {"photos": [b"x"] * 7}, "too_many_photos"),
        ("handled", "check", {"photos": [b"MZ"]}, "unsupported_file"),
        ("verified", "file", {"standard_id": None}, "standard_needed"),
        ("verified", "file", {"standard_id": 10**9}, "standard_of_another_class"),
        ("filed", "dispatch", {"unit_id": 10**9}, "no_such_unit"),
        ("reported", "verify", {"seen_version": 7}, "changed_meanwhile"),
    ],
)
def test_refusals_of_content(town, state, verb, given, code):
    case = brought_to(state, town.a)
    before = written()
    with pytest.raises(Refused) as refusal:
        call(verb, case, town.a, **given)
    assert refusal.value.code == code and str(refusal.value.message)
    assert written() == before


def test_a_class_out_of_force_or_of_components_is_refused(town):
    case = brought_to("verified", town.a)
    before = written()
    component = CaseClass.objects.filter(kind="component").first()
    with pytest.raises(Refused, match="class_not_in_force"):
        call("file", case, town.a, class_id=component.pk, standard_id=None)
    CatalogVersion.objects.update(valid_to=AT.date())
    with pytest.raises(Refused, match="class_not_in_force"):
        call("file", case, town.a)
    assert written() == before


def test_another_unit_than_the_list_names_needs_a_reason(town):
    case = brought_to("filed", town.a)
    with pytest.raises(Refused, match="reason_needed"):
        call("dispatch", case, town.a, unit_id=town.department.pk)
    case = call("dispatch", case, town.a, unit_id=town.department.pk, words="区管道路")
    assert case.unit == town.department and case.steps.last().details["by_list"] is False
    assert call("handle", case, town.a, by=town.staff["department_officer"]).state == "handled"


def test_an_abolished_unit_and_another_streets_are_no_targets(town):
    case = brought_to("filed", town.a)
    town.a.firm.closed_on = AT.date()
    town.a.firm.save()
    for unit in (town.a.firm, town.b.office):
        with pytest.raises(Refused, match="no_such_unit"):
            call("dispatch", case, town.a, unit_id=unit.pk, words="x")


def test_return_goes_back_to_the_dispatcher_and_out_of_the_units_sight(town):
    case = call("return", brought_to("dispatched", town.a), town.a)
    assert (case.state, case.unit, case.holder_org) == ("filed", None, town.a.centre)
    assert call("dispatch", case, town.a).state == "dispatched"


def test_rework_gives_it_back_with_a_new_clock(town):
    case = call("rework", brought_to("handled", town.a), town.a)
    assert (case.state, case.holder_org) == ("dispatched", town.a.office)
    assert case.clocks.filter(stage="handle").count() == 2


def test_settled_on_the_spot_goes_to_the_closer_and_cannot_be_reworked(town):
    case = call("settle", reported(town.a), town.a)
    assert (case.state, case.holder_org) == ("checked", town.a.centre)
    with pytest.raises(Refused, match="never_dispatched"):
        call("rework", case, town.a)
    assert call("close", case, town.a).state == "closed"


def test_a_late_step_keeps_its_reading(town):
    case = reported(town.a)
    late = datetime(2026, 11, 23, 3, tzinfo=UTC)
    case = call("verify", case, town.a, at=late)
    assert case.steps.last().details["clock"]["late"] is True
    assert late + timedelta(hours=1) <= case.due_at <= late + timedelta(hours=6)
