"""A process of ours is killed in the middle of a whistle, a path or a hand-off: nothing is half done, and when it is
done again its effects are there once."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from onegrid.accounts.notices.models import Notice
from onegrid.cases.catalog.queries import standards_of
from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.models import Assist, Case, Hold, StageClock, Step
from onegrid.cases.flow.verifying import all_findings
from onegrid.cases.paths import actions as paths
from onegrid.cases.paths.models import PathCase, PathSection, SectionEvidence
from onegrid.cases.whistle import actions
from onegrid.cases.whistle.actions import Wanted
from onegrid.cases.whistle.models import RecordSignature, Whistle, WhistleCall, WhistleStep
from onegrid.cases.whistle.rules import Role, WhistleState
from onegrid.exchange.connectors import actions as connectors
from onegrid.exchange.connectors import rules
from onegrid.exchange.connectors.json_http import JsonHttp
from onegrid.exchange.connectors.models import Errand, ErrandState, Exchange, Ticket, TicketState
from onegrid.exchange.connectors.plugins import Event, Sent
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, brought_to, town  # noqa: F401
from tests.cases.paths.ways import drawn, spill, third_street
from tests.cases.whistle.people import about, blown, here, kinds_published, officer
from tests.exchange.connectors.peer import registered, relay
from tests.killing import Killer
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
COUNTED = (
    Whistle, WhistleCall, WhistleStep, RecordSignature, PathCase, PathSection, SectionEvidence, Assist, Step, Hold,
    StageClock, Notice, FactRow, AuditEntry, Ticket, Errand, Exchange, ProcrastinateJob,
)  # fmt: skip


@pytest.fixture(scope="module")
def killer(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), Killer() as found:
        yield found


def everything() -> tuple:
    """How all stands: rows of each table, and whatever a step changes on a row."""
    states = (
        sorted(Case.objects.values_list("pk", "state", "version", "holds_open", "seal")),
        sorted(Whistle.objects.values_list("pk", "state", "version")),
        sorted(WhistleCall.objects.values_list("pk", "state", "role", "escalated")),
        sorted(PathSection.objects.values_list("pk", "state", "cost")),
        sorted(Errand.objects.values_list("pk", "state", "tries")),
        sorted(Ticket.objects.values_list("pk", "state", "last_seq")),
    )
    return states, [table.objects.count() for table in COUNTED]


def deeds_of(whistle: Whistle) -> list[str]:
    return list(
        WhistleStep.objects.filter(whistle=whistle).order_by("position").values_list("deed", flat=True)
    )


def test_a_whistle(town, killer):  # noqa: F811
    kinds_published()
    case, leader = brought_to("dispatched", town.a), town.a.staff["leader"]
    wanted = Wanted(kind="joint", words="请到场", roles={town.department.pk: Role.LEAD}, case_ids=[case.pk])
    give = {"wanted": wanted, "key": "one", "by": leader, "at": AT}
    killer.in_the_middle(actions.blow_whistle, everything, **give)
    whistle = actions.blow_whistle(**give)
    assert actions.blow_whistle(**give) == whistle and Whistle.objects.count() == 1
    assert Hold.objects.filter(case=case, lifted_at=None).count() == 1
    # silence: each is told in a transaction of its own; killed in the second, the first stays told
    second = blown(town, key="two")
    late = AT + 2 * HOUR
    before = everything()
    assert killer.kill(actions.tell_of_silence, commit=1, at=late).killed and everything() == before
    assert killer.kill(actions.tell_of_silence, commit=2, at=late).killed
    assert sorted(WhistleCall.objects.values_list("escalated", flat=True)) == [0, 1]
    assert actions.tell_of_silence(at=late) == 1 and actions.tell_of_silence(at=late) == 0
    for one in (whistle, second):
        assert deeds_of(one) == ["blow", "escalate"]
    # reported in and finished: with the last step the case runs on
    mine = about(whistle, town.department) | {"by": officer(town), "at": late}
    actions.report_in(arrival=here(town), **mine)
    killer.in_the_middle(actions.finish_call, everything, **mine, result="已清理")
    actions.finish_call(**mine, result="已清理")
    whistle.refresh_from_db()
    case.refresh_from_db()
    assert (whistle.state, case.holds_open) == (WhistleState.FINISHED, 0) and case.due_at is not None
    assert deeds_of(whistle)[-2:] == ["finish", "end"]
    assert FactRow.objects.filter(kind="cases.WhistleFinished").count() == 1
    assert not list(all_findings(lambda *_: None))


def test_a_path(town, killer):  # noqa: F811
    town.c = third_street(town)
    path, staff = drawn(town), town.a.staff
    give = {"path_id": path.pk, "by": staff["dispatcher"], "at": AT}
    opens = give | {"by": staff["shift_leader"]}
    killer.in_the_middle(paths.open_path_case, everything, **opens)
    case = paths.open_path_case(**opens)
    flow.verify_case(case_id=case.pk, by=staff["grid_worker"], at=AT)
    (row,) = standards_of(spill())[:1]
    flow.file_case(case_id=case.pk, class_id=spill().pk, standard_id=row.pk, by=staff["shift_leader"], at=AT)
    killer.in_the_middle(paths.send_path, everything, **give)
    paths.send_path(**give)
    assert Assist.objects.count() == 2 and StageClock.objects.filter(stopped_at=None).count() == 1
    theirs = {"path_id": path.pk, "by": town.b.staff["department_officer"], "at": AT}
    killer.in_the_middle(paths.accept_sections, everything, **theirs)
    paths.accept_sections(**theirs)
    section = path.sections.get(level="street", area=town.b.area)
    shown = theirs | {"section_id": section.pk, "words": "已冲洗"}
    killer.in_the_middle(paths.show_section, everything, **shown)
    paths.show_section(**shown)
    assert SectionEvidence.objects.count() == 1
    assert Assist.objects.filter(state="done").count() == 1  # its last section: the help is given with it
    assert not list(all_findings(lambda *_: None))


def keep_sent() -> None:
    """In a process of its own: the other system takes the matter and writes down under which key."""
    JsonHttp.send_matter = noted_send  # type: ignore[method-assign]


def noted_send(_self, _system, _matter, *, key):
    with Path(os.environ["KEYS_SENT"]).open("a") as keys:
        keys.write(f"{key}\n")
    return Sent("ZF-1")


def test_a_hand_off(town, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setenv("KEYS_SENT", str(tmp_path / "keys"))
    monkeypatch.setattr(JsonHttp, "send_matter", noted_send)
    (tmp_path / "keys").touch()
    system = registered(town, "https://zf.example.cn/api")
    case = brought_to("dispatched", town.a)
    with Killer() as killer:
        give = {"case_ids": [case.pk], "at": timezone.now()}
        killer.in_the_middle(connectors.follow_cases, everything, **give)
        relay()
        relay()  # heard twice: one ticket, one errand
        errand, now = Errand.objects.get(), timezone.now()
        give = {"errand_id": errand.pk, "at": now}
        before = everything()
        assert killer.kill(connectors.run_errand, commit=1, first=keep_sent, **give).killed
        assert everything() == before and sent_keys(tmp_path) == []  # not even claimed
        assert killer.kill(connectors.run_errand, commit=2, first=keep_sent, **give).killed
        errand.refresh_from_db()
        assert (errand.state, errand.tries) == (ErrandState.WAITING, 1)
        assert len(sent_keys(tmp_path)) == 1  # it is there, and we do not know it yet
        assert connectors.run_errand(**give) is None  # the lease of the killed one
        later = now + rules.LEASE * 2
        connectors.run_errand(errand_id=errand.pk, at=later)
        assert connectors.run_errand(errand_id=errand.pk, at=later) is None
        assert (
            sent_keys(tmp_path) == [f"{errand.ticket.key}:send"] * 2
        )  # one key: the other side does it once
        ticket = Ticket.objects.get()
        assert ticket.state == TicketState.TAKEN
        assert Step.objects.filter(case=case, actor_key=system.actor_key).count() == 1
        event = Event("e1", ticket.key, 1, rules.EventKind.DONE, "已清理", digest="d1")
        told = {"system": system, "event": event, "at": later}
        killer.in_the_middle(connectors.receiving.take_event, everything, **told)
        connectors.receiving.take_event(**told)
        connectors.receiving.take_event(**told)
    case.refresh_from_db()
    assert case.state == "handled"
    assert Step.objects.filter(case=case, verb="handle").count() == 1
    assert not list(all_findings(lambda *_: None))


def sent_keys(folder: Path) -> list[str]:
    return (folder / "keys").read_text().split()
