"""关联: each with its own unit, closed together; each reporter reads it under the own number."""

from onegrid.cases.flow import actions
from onegrid.cases.flow.actions import linking
from onegrid.cases.flow.models import Case, CaseLink
from onegrid.cases.flow.plugins import CaseTimelines
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.queries.family import families
from onegrid.cases.flow.queries.public import public_case
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, brought_on, brought_to, reported
from tests.cases.flow.test_side_roads import refused


def linked(one, other, by):
    return actions.link_case(case_id=one.pk, other_id=other.pk, reason="同一工地", by=by, at=AT)


def test_linked_cases_close_together_or_not_at_all(town):
    staff = town.a.staff
    first, second, third = (brought_to("checked", town.a) for _number in range(3))
    waiting = brought_to("dispatched", town.a)
    linked(first, second, staff["dispatcher"])
    linked(second, third, staff["shift_leader"])  # by way of the second
    linked(third, waiting, staff["shift_leader"])
    close = {"case_id": first.pk, "words": "一并修复", "by": staff["shift_leader"]}
    refused("linked_not_ready", actions.close_case, **close)
    actions.unlink_case(
        case_id=waiting.pk, other_id=third.pk, reason="另一处", by=staff["shift_leader"], at=AT
    )
    actions.close_case(**close, at=AT)
    for case in (first, second, third):
        case.refresh_from_db()
        assert case.state == "closed"
        told = public_case(number=case.number, follow_code=case.follow_code)
        assert told.steps[-1].words == "一并修复"
    assert second.steps.last().details["with"] == first.number
    assert Case.objects.get(pk=waiting.pk).state == "dispatched"
    assert FactRow.objects.filter(kind="cases.CaseClosed").count() == 3
    assert list(CaseTimelines().findings(lambda done, total: None)) == []


def test_what_is_merged_into_a_linked_case_closes_too(town):
    staff = town.a.staff
    first, second, twin = brought_to("checked", town.a), brought_to("checked", town.a), reported(town.a)
    actions.merge_case(case_id=twin.pk, into_id=second.pk, reason="重复", by=staff["shift_leader"], at=AT)
    linked(first, second, staff["shift_leader"])
    actions.close_case(case_id=first.pk, by=staff["shift_leader"], at=AT)
    assert set(Case.objects.values_list("state", flat=True)) == {"closed"}


def test_what_is_linked_with_a_duplicate_closes_too_or_nothing_does(town):
    """Each link holds what it says, also by way of a case that was merged."""
    staff = town.a.staff
    lead, twin, other = brought_to("checked", town.a), reported(town.a), brought_to("dispatched", town.a)
    linked(twin, other, staff["shift_leader"])
    actions.merge_case(case_id=twin.pk, into_id=lead.pk, reason="重复", by=staff["shift_leader"], at=AT)
    close = {"case_id": lead.pk, "words": "一并修复", "by": staff["shift_leader"]}
    refused("linked_not_ready", actions.close_case, **close)
    brought_on(other, town.a, "handled", "checked")
    actions.close_case(**close, at=AT)
    assert set(Case.objects.values_list("state", flat=True)) == {"closed"}
    ways = {case.pk: case.steps.last().details["with"] for case in (twin, other)}
    assert ways == {twin.pk: lead.number, other.pk: lead.number}
    assert FactRow.objects.filter(kind="cases.CaseClosed").count() == 3
    assert list(CaseTimelines().findings(lambda done, total: None)) == []


def test_a_duplicate_closes_with_its_case_not_the_other_way_round(town):
    staff = town.a.staff
    lead, twin = brought_to("checked", town.a), brought_to("checked", town.a)
    actions.merge_case(case_id=twin.pk, into_id=lead.pk, reason="重复", by=staff["shift_leader"], at=AT)
    refused("case_is_held", actions.close_case, case_id=twin.pk, by=staff["shift_leader"])
    assert families([lead.pk, twin.pk]) == {lead.pk: {lead.pk, twin.pk}, twin.pk: {twin.pk}}


def test_what_came_to_it_after_the_locks_is_not_closed_unseen(town, monkeypatch):
    first, second = brought_to("checked", town.a), brought_to("checked", town.a)
    linked(first, second, town.a.staff["shift_leader"])
    monkeypatch.setattr("onegrid.cases.flow.actions.office.family_locked", lambda case_id: {case_id})
    refused("linked_busy", actions.close_case, case_id=first.pk, by=town.a.staff["shift_leader"])


def test_links_that_cannot_be(town, monkeypatch):
    staff = town.a.staff
    one, other, abroad = reported(town.a), reported(town.a), reported(town.b)
    leader = staff["shift_leader"]
    give = {"case_id": one.pk, "other_id": other.pk, "reason": "同一工地"}
    refused("same_case", actions.link_case, **give | {"other_id": one.pk}, by=leader)
    refused("reason_needed", actions.link_case, **give | {"reason": " "}, by=leader)
    refused("not_found", actions.link_case, **give | {"other_id": abroad.pk}, by=leader)
    refused("not_allowed", actions.link_case, **give, by=staff["department_officer"])
    refused("not_linked", actions.unlink_case, **give, by=leader)
    actions.link_case(**give, by=leader, at=AT)
    refused("linked_already", actions.link_case, case_id=other.pk, other_id=one.pk, reason="x", by=leader)
    refused("changed_meanwhile", actions.unlink_case, **give, seen_version=1, by=leader)
    monkeypatch.setattr(linking, "LINKED_MOST", 2)
    third = reported(town.a)
    refused("too_many_linked", actions.link_case, case_id=other.pk, other_id=third.pk, reason="x", by=leader)
    assert CaseLink.objects.filter(ended_at=None).count() == 1


def test_the_page_links_and_unlinks(client, town):
    one, other, abroad = reported(town.a), reported(town.a), reported(town.b)
    client.force_login(town.a.staff["shift_leader"])
    link, unlink = f"/cases/{one.number}/link/", f"/cases/{one.number}/unlink/"
    page = client.get(f"/cases/{one.number}/").content.decode()
    assert link in page and unlink not in page
    answer = client.post(link, {"version": one.version, "other": abroad.number, "reason": "同一工地"})
    assert answer.status_code == 400 and not CaseLink.objects.exists()
    client.post(link, {"version": one.version, "other": other.number, "reason": "同一工地"})
    story = case_story(number=other.number, viewer=town.a.staff["shift_leader"])
    assert [case.number for case in story.linked] == [one.number]
    assert other.number in client.get(f"/cases/{one.number}/").content.decode()
    version = Case.objects.get(pk=one.pk).version
    assert client.get(unlink).status_code == 200
    client.post(unlink, {"version": version, "other": other.number, "reason": "另一处"})
    assert not CaseLink.objects.filter(ended_at=None).exists()
