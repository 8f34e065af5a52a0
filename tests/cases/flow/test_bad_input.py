"""Section 5 of issue 3: each bad input has its refusal with a code, and nothing is written.

Beside those here: a point outside all grids and a class of an ended version at intake (test_intake.py), a step from
the wrong state for every state and verb, two people at once (test_actions.py).
"""

from datetime import timedelta

from django.utils import timezone

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CatalogVersion
from onegrid.cases.flow import actions
from onegrid.cases.flow.access import Resident
from tests.cases.conftest import AT, brought_to, road, written
from tests.cases.flow.asking import as_, send
from tests.cases.flow.asking import refused as refused_by_json
from tests.cases.flow.test_side_roads import refused

LONG = "坑" * 34_000  # 102 KB as UTF-8


def test_a_text_of_100_kb(town):
    lon, lat = town.a.at(0)
    give = {"channel": "resident", "lon": lon, "lat": lat, "by": Resident()}
    refused("text_too_long", actions.open_case, **give, text=LONG)
    case, staff = brought_to("dispatched", town.a), town.a.staff
    officer = {"case_id": case.pk, "by": staff["department_officer"]}
    refused("words_too_long", actions.handle_case, **officer, words=LONG)
    refused("words_too_long", actions.return_case, **officer, reason=LONG)
    refused("words_too_long", actions.ask_help, **officer, unit_id=town.a.firm.pk, task=LONG)
    before, client = written(), as_(staff["department_officer"])
    refused_by_json(send(client, f"/cases/{case.number}/handle", {"words": LONG}), 422, "unreadable_input")
    refused_by_json(send(client, "/cases", {"text": LONG, "lon": lon, "lat": lat}), 403, "not_allowed")
    worker = as_(staff["grid_worker"])
    refused_by_json(send(worker, "/cases", {"text": LONG, "lon": lon, "lat": lat}), 422, "unreadable_input")
    assert written() == before


def test_a_class_of_a_closed_version(town):
    case = brought_to("verified", town.a)
    CatalogVersion.objects.filter(pk=road().version_id).update(valid_to=timezone.localdate(AT))
    refused(
        "class_not_in_force", actions.file_case, case_id=case.pk, class_id=road().pk, by=town.a.staff["shift_leader"]
    )  # fmt: skip


def test_a_point_outside_all_grids(town):
    for lon, lat in ((0.0, 0.0), (10.0, 10.0), (float("nan"), 37.0)):
        refused(
            "outside_all_grids", actions.open_case, channel="resident", text="坑", lon=lon, lat=lat, by=Resident()
        )  # fmt: skip


def test_a_unit_that_was_abolished(town):
    sent, filed = brought_to("dispatched", town.a), brought_to("filed", town.a)
    staff, firm = town.a.staff, town.a.firm
    Organisation.objects.filter(pk=firm.pk).update(closed_on=timezone.localdate(AT))
    named = {"unit_id": firm.pk, "by": staff["dispatcher"]}
    refused("no_such_unit", actions.dispatch_case, case_id=filed.pk, words="物业", **named)
    refused(
        "no_such_unit",
        actions.arbitrate_case,
        case_id=sent.pk,
        unit_id=firm.pk,
        reason="物业",
        by=staff["leader"],
    )
    officer = {"case_id": sent.pk, "by": staff["department_officer"]}
    refused("no_such_unit", actions.ask_help, **officer, unit_id=firm.pk, task="围挡")


def test_a_case_whose_unit_was_abolished_meanwhile_goes_on(town):
    """It stays with the centre's eyes on it: the dispatcher takes it back, the list names who stands."""
    sent, staff = brought_to("dispatched", town.a), town.a.staff
    Organisation.objects.filter(pk=town.a.office.pk).update(closed_on=timezone.localdate(AT))
    back = actions.recall_case(case_id=sent.pk, by=staff["dispatcher"], at=AT + timedelta(minutes=1))
    again = actions.dispatch_case(case_id=back.pk, by=staff["dispatcher"], at=AT + timedelta(minutes=2))
    assert again.unit not in (None, town.a.office)


def test_the_loser_of_two_is_told_what_changed(town):
    case, staff = brought_to("filed", town.a), town.a.staff
    seen = case.version
    actions.dispatch_case(case_id=case.pk, seen_version=seen, by=staff["dispatcher"], at=AT)
    slow = {"case_id": case.pk, "seen_version": seen, "by": staff["shift_leader"]}
    refused("changed_meanwhile", actions.cancel_case, **slow, reason="重复")
    answer = send(as_(staff["dispatcher"]), f"/cases/{case.number}/recall", {}, tag=f'"{seen}-{"0" * 16}"')
    details = refused_by_json(answer, 412, "changed_meanwhile")
    assert [step["verb"] for step in details["since"]] == ["dispatch"] and details["seen"] == seen
