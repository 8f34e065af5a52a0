"""Connecting systems, handing over and taking back: what is refused, tried again, and done once."""

import json
import secrets
import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from onegrid.cases.flow.actions import rework_case
from onegrid.cases.flow.models import Case
from onegrid.exchange.connectors import actions, outgoing, queries, rules
from onegrid.exchange.connectors.json_http import NONCE, SIGNATURE, TIMESTAMP, JsonHttp
from onegrid.exchange.connectors.models import (
    Errand,
    ErrandState,
    Exchange,
    Nonce,
    Outcome,
    OutsideSystem,
    ServedUnit,
    Ticket,
    TicketState,
)
from onegrid.exchange.connectors.plugins import Event, NotTaken, OutsideSystems, Refusing, Sent
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.health import Tone
from tests.cases.conftest import brought_on, brought_to, photo, town  # noqa: F401
from tests.exchange.connectors.peer import BY, registered, relay, work_off
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db
ADDRESS = "https://zf.example.cn/api"


class Played:
    """What the shipped connector would be answered, without a network. `sent`: keys in order."""

    def __init__(self) -> None:
        self.answers: list = []
        self.sent: list[str] = []
        self.matter: dict = {}
        self.events: list[Event] = []

    def send(self, _system, matter, *, key):
        self.sent.append(key)
        self.matter = matter
        answer = self.answers.pop(0) if self.answers else Sent("ZF-1")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def withdraw(self, _system, _ticket, *, key):
        self.sent.append(key)


@pytest.fixture
def played(monkeypatch):
    found = Played()
    monkeypatch.setattr(JsonHttp, "send_matter", lambda _self, *given, **more: found.send(*given, **more))
    monkeypatch.setattr(JsonHttp, "withdraw", lambda _self, *given, **more: found.withdraw(*given, **more))
    monkeypatch.setattr(JsonHttp, "ask_state", lambda _self, *given: found.events)
    return found


def handed_over(town, played, **more) -> Ticket:  # noqa: F811
    case = brought_to("dispatched", town.a, **more)
    relay()
    work_off()
    return Ticket.objects.get(case=case)


# ---------------------------------------------------------------- registering


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "x" * 61}, "name_too_long"),
        ({"address": "https://u@x"}, "bad_address"),
        *(
            ({"mapping": text}, "bad_mapping")
            for text in ("x", "a: 2026-99-99", "[" * 2_000, "a: !!timestamp x")
        ),
        ({"units": []}, "no_units"),
        ({"connector": "soap"}, "no_such_connector"),
    ],
)
def test_a_system_that_does_not_fit(town, given, code):  # noqa: F811
    with pytest.raises(Refused, match=code):
        registered(town, ADDRESS, **given)
    assert (
        not OutsideSystem.objects.exists()
        and not AuditEntry.objects.filter(verb__startswith="connectors").exists()
    )


def test_a_unit_has_one_system_and_a_name_stands_once(town):  # noqa: F811
    registered(town, ADDRESS)
    with pytest.raises(Refused, match="unit_served_already"):
        registered(town, ADDRESS, name="另一个")
    with pytest.raises(Refused, match="name_taken"):
        registered(town, ADDRESS, units=[town.department])
    assert OutsideSystem.objects.count() == ServedUnit.objects.count() == 1


def test_who_connects_and_how_far(town):  # noqa: F811
    registered(town, ADDRESS, by=town.staff["operator"])
    with pytest.raises(NotAllowed):
        registered(town, ADDRESS, units=[town.department], name="x", by=town.a.staff["leader"])
    system = OutsideSystem.objects.get()
    for act in (actions.rotate_secret, actions.try_system):
        with pytest.raises(NotAllowed):
            act(system_id=system.pk, by=town.a.staff["leader"], at=timezone.now())


def test_its_secret_is_sealed_and_told_once(town):  # noqa: F811
    system = registered(town, ADDRESS)
    made = actions.rotate_secret(system_id=system.pk, by=BY, at=timezone.now())
    raw = OutsideSystem.objects.extra(select={"raw": "secret"}).values("raw").get()["raw"]
    assert made.secret.encode() not in bytes(raw)
    assert made.secret not in str(list(AuditEntry.objects.values()))
    system.refresh_from_db()
    now = timezone.now()
    assert len(system.secrets_at(now)) == 2 and system.secrets_at(now + rules.GRACE * 2) == [made.secret]


def test_its_account_reaches_its_units_only_and_while_it_is_on(town):  # noqa: F811
    system = registered(town, ADDRESS)
    office, other = town.a.office.pk, town.b.office.pk
    scope = system.scope("cases.handle")
    assert scope.covers("1.", office) and not scope.covers("1.", other) and not scope.covers("1.", None)
    assert not system.scope("cases.close").reaches and not system.scope("cases.contact").reaches
    off = actions.switch_system(system_id=system.pk, on=False, by=BY, at=timezone.now())
    assert not off.scope("cases.handle").reaches


# ---------------------------------------------------------------- handing over


def test_nothing_of_the_reporter_goes_out(town, played):  # noqa: F811
    registered(town, ADDRESS)
    handed_over(
        town, played, text="张三反映摊贩占道，联系 13800001234", contact_name="张三", contact_phone="13800001234",
        photos=[photo()],
    )  # fmt: skip
    out = json.dumps(played.matter, ensure_ascii=False)
    assert (
        "13800001234" not in out and "张三" not in out and "占道" in out and len(played.matter["photos"]) == 1
    )
    logged = str(list(Exchange.objects.values()))
    assert "占道" not in logged and "张三" not in logged


def test_without_a_purpose_the_words_stay_here(town, played):  # noqa: F811
    system = registered(town, ADDRESS, purpose=" ")
    case = handed_over(town, played, text="邻居王小明在楼道堆物").case
    sent = json.dumps(played.matter, ensure_ascii=False)
    assert "王小明" not in sent and "楼道" not in sent and case.case_class.name in sent
    assert AuditEntry.objects.filter(verb="connectors.register").last().details["purpose"] == ""
    operator = town.staff["operator"]
    given = {"name": system.name, "units": [town.a.office], "address": ADDRESS, "mapping": system.mapping}
    given |= {"system_id": system.pk, "by": operator, "at": timezone.now()}
    with pytest.raises(Refused, match="purpose_too_long"):
        actions.change_system(purpose="久" * 301, **given)
    assert actions.change_system(purpose="到场处置", **given).purpose == "到场处置"
    handed_over(town, played, text="邻居王小明在楼道堆物")
    sent = json.dumps(played.matter, ensure_ascii=False)
    assert "王小明" not in sent and "楼道堆物" in sent


def test_a_purpose_that_nobody_wrote_lets_no_words_out(town, played):  # noqa: F811
    """After the upgrade the words stay here until somebody has decided, either way; who connects systems is told."""
    upgrade = import_module("onegrid.exchange.migrations.0005_purpose_owed")
    system = registered(town, ADDRESS, purpose=upgrade.NOBODY_WROTE)
    upgrade.stop_the_words(apps, None)
    handed_over(town, played, text="邻居王小明在楼道堆物")
    assert "楼道" not in json.dumps(played.matter, ensure_ascii=False)
    operator = town.staff["operator"]
    told = [one.tone for one in OutsideSystems().readings()]
    assert queries.purposes_owed(viewer=operator) == 1 and Tone.WARN in told
    assert queries.purposes_owed(viewer=town.a.staff["dispatcher"]) == 0
    given = {"name": system.name, "units": [town.a.office], "address": ADDRESS, "mapping": system.mapping}
    who = {"system_id": system.pk, "by": operator, "at": timezone.now()}
    assert actions.change_system(
        purpose=" ", **given, **who
    ).purpose_owed  # another line was changed: not decided
    assert not actions.change_system(purpose="到场处置", **given, **who).purpose_owed
    kept = actions.keep_words_here(**who)
    assert (kept.purpose, kept.purpose_owed) == ("", False)
    assert AuditEntry.objects.last().verb == "connectors.keep_words_here"
    actions.keep_words_here(**who)  # a second time changes nothing
    assert AuditEntry.objects.filter(verb="connectors.keep_words_here").count() == 1
    assert Tone.WARN not in [one.tone for one in OutsideSystems().readings()]
    with pytest.raises(NotFound):
        actions.keep_words_here(system_id=0, by=operator, at=timezone.now())


def test_it_is_tried_again_under_the_same_key_and_then_a_dead_letter(town, played):  # noqa: F811
    registered(town, ADDRESS)
    played.answers = [NotTaken("HTTP 503")] * (len(rules.WAITS) + 1)
    case = brought_to("dispatched", town.a)
    relay()
    errand, at = Errand.objects.get(), timezone.now()
    for number in range(len(rules.WAITS) + 1):
        assert (errand.state, errand.tries) == (ErrandState.WAITING, number)
        at = max(at, errand.not_before)
        if number:
            actions.run_errand(errand_id=errand.pk, at=errand.not_before - timedelta(seconds=1))
        actions.run_errand(errand_id=errand.pk, at=at)
        errand.refresh_from_db()
    assert errand.state == ErrandState.DEAD and set(played.sent) == {f"{errand.ticket.key}:send"}
    assert len(played.sent) == len(rules.WAITS) + 1  # too early is no try
    assert "HTTP 503" in case.steps.last().words  # the unit sees it on the case
    assert OutsideSystem.objects.get().is_well is False
    again = actions.send_again(errand_id=errand.pk, by=town.staff["operator"], at=at)
    with pytest.raises(Refused, match="not_dead"):
        actions.send_again(errand_id=errand.pk, by=town.staff["operator"], at=at)
    actions.run_errand(errand_id=again.pk, at=at)
    assert Ticket.objects.get().state == TicketState.TAKEN and OutsideSystem.objects.get().is_well


def test_a_refusal_is_a_dead_letter_at_once(town, played):  # noqa: F811
    registered(town, ADDRESS)
    played.answers = [Refusing("HTTP 422")]
    assert handed_over(town, played).state == TicketState.DEAD and len(played.sent) == 1
    with pytest.raises(NotAllowed):
        actions.send_again(errand_id=Errand.objects.get().pk, by=town.a.staff["leader"], at=timezone.now())


def test_a_try_that_was_killed_is_made_again_when_its_lease_is_over(town, played):  # noqa: F811
    registered(town, ADDRESS)
    brought_to("dispatched", town.a)
    relay()
    now = timezone.now()
    Errand.objects.update(tries=1, leased_until=now + rules.LEASE)  # claimed, and nobody ended it
    work_off(at=now)
    assert played.sent == [] and actions.retry_left_behind(at=now) == 0
    later = now + rules.LEASE * 2
    assert actions.retry_left_behind(at=later) == 1
    work_off(at=later)
    assert len(played.sent) == 1 and Errand.objects.get().state == ErrandState.DONE


def test_facts_heard_twice_hand_over_once_and_other_units_stay_out(town, played):  # noqa: F811
    registered(town, ADDRESS)
    handed_over(town, played)
    brought_to("filed", town.a)
    relay()
    relay()
    work_off()
    assert Ticket.objects.count() == len(played.sent) == 1


def test_what_leaves_the_unit_is_called_back(town, played):  # noqa: F811
    registered(town, ADDRESS)
    ticket = handed_over(town, played)
    brought_on(ticket.case, town.a, "handled")  # by one of the unit's own people, here
    relay()
    work_off()
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WITHDRAWN and played.sent == [
        f"{ticket.key}:send",
        f"{ticket.key}:withdraw",
    ]


def test_rework_is_another_ticket(town, played):  # noqa: F811
    system = registered(town, ADDRESS)
    first = handed_over(town, played)
    said(system, first, rules.EventKind.DONE, 1)
    rework_case(case_id=first.case_id, reason="没清干净", by=town.a.staff["grid_worker"], at=timezone.now())
    relay()
    work_off()
    second = Ticket.objects.get(case=first.case, round=2)
    assert second.state == TicketState.TAKEN and second.key != first.key


def test_while_it_is_off_nothing_goes_and_then_all_of_it(town, played):  # noqa: F811
    system = registered(town, ADDRESS, on=False)
    case = brought_to("dispatched", town.a)
    relay()
    assert not Ticket.objects.exists()
    actions.switch_system(system_id=system.pk, on=True, by=BY, at=timezone.now())
    work_off()
    assert Ticket.objects.get().case == case and len(played.sent) == 1


# ---------------------------------------------------------------- taking back


def said(system, ticket, kind, seq, **more) -> actions.Answer:
    given = {
        "id": f"e{seq}",
        "ticket": ticket.key,
        "seq": seq,
        "kind": kind,
        "words": "已清理",
        "digest": f"d{seq}",
    }
    return actions.receiving.take_event(system=system, event=Event(**given | more), at=timezone.now())


def test_twice_is_once_and_older_changes_nothing(town, played):  # noqa: F811
    system = registered(town, ADDRESS)
    ticket = handed_over(town, played)
    outcomes = [
        said(system, ticket, rules.EventKind.PROGRESS, 2).outcome,
        said(system, ticket, rules.EventKind.PROGRESS, 2).outcome,
        said(system, ticket, rules.EventKind.ACCEPTED, 1).outcome,
        said(system, ticket, rules.EventKind.DONE, 3).outcome,
        said(system, ticket, rules.EventKind.DONE, 3).outcome,
    ]
    assert outcomes == [Outcome.OK, Outcome.AGAIN, Outcome.OLDER, Outcome.OK, Outcome.AGAIN]
    assert [step.verb for step in ticket.case.steps.filter(actor_key=system.actor_key)] == [
        "note",
        "note",
        "handle",
    ]
    with pytest.raises(Refused, match="key_used_for_another_request"):
        said(system, ticket, rules.EventKind.DONE, 3, digest="other")
    with pytest.raises(Refused, match="ticket_ended"):
        said(system, ticket, rules.EventKind.DONE, 4)


def test_the_case_s_rules_stand_and_a_refused_event_may_come_again(town, played):  # noqa: F811
    system = registered(town, ADDRESS)
    ticket = handed_over(town, played)
    with pytest.raises(Refused, match="words_needed"):
        said(system, ticket, rules.EventKind.DONE, 1, words="")
    ticket.refresh_from_db()
    assert (ticket.last_seq, ticket.state, Case.objects.get().state) == (0, TicketState.TAKEN, "dispatched")
    assert said(system, ticket, rules.EventKind.RETURNED, 1, words="不属本队职责").outcome == Outcome.OK
    assert Case.objects.get().state == "filed"


def test_another_system_s_ticket_is_not_there(town, played):  # noqa: F811
    registered(town, ADDRESS)
    ticket = handed_over(town, played)
    other = registered(town, ADDRESS, name="另一个", units=[town.department], organisation=town.department)
    with pytest.raises(NotFound):
        said(other, ticket, rules.EventKind.DONE, 1)
    assert Case.objects.get().state == "dispatched"


def test_what_was_never_heard_is_asked_for(town, played):  # noqa: F811
    system = registered(town, ADDRESS)
    ticket = handed_over(town, played)
    played.events = [
        Event("e1", ticket.key, 1, rules.EventKind.ACCEPTED, digest="1"),
        Event("e2", ticket.key, 2, rules.EventKind.DONE, "已清理", digest="2"),
    ]
    assert actions.ask_silent(by=BY, at=timezone.now()) == 0  # it was heard of just now
    later = timezone.now() + rules.SILENT * 1.1
    assert actions.ask_silent(by=BY, at=later) == 2 and Case.objects.get().state == "handled"
    assert system.exchanges.filter(what="ask").count() == 1


# ---------------------------------------------------------------- by HTTP


def post(system, body: bytes, *, secret="", nonce="", moment=0):
    path = f"/api/connectors/{system.pk}/events/"
    stamp, nonce = moment or int(time.time()), nonce or secrets.token_urlsafe(18)
    made = rules.signature(
        secret or system.secret, timestamp=stamp, nonce=nonce, method="POST", path=path, body=body
    )
    headers = {TIMESTAMP: str(stamp), NONCE: nonce, SIGNATURE: made}
    return Client().post(path, body, content_type="application/json", headers=headers)


def test_only_what_is_signed_now_and_once_gets_in(town, played):  # noqa: F811
    system = registered(town, ADDRESS)
    ticket = handed_over(town, played)
    body = json.dumps({"event_id": "a", "our_ref": ticket.key, "seq": 1, "status": "ASSIGNED"}).encode()
    assert Client().post(f"/api/connectors/{system.pk}/events/", body, content_type="x/y").status_code == 400
    assert post(system, body, secret="x").status_code == 401
    assert post(system, body, moment=int(time.time()) - 400).status_code == 401
    assert not Nonce.objects.exists() and ticket.case.steps.filter(verb="note").count() == 1
    once = "n" * 20
    assert post(system, body, nonce=once).json()["outcome"] == "ok"
    assert post(system, body, nonce=once).status_code == 401  # the very same request, replayed
    assert post(system, body).json()["outcome"] == "again"  # said again, signed anew
    assert post(system, b"{").status_code == 400
    assert ticket.case.steps.filter(verb="note").count() == 2
    actions.switch_system(system_id=system.pk, on=False, by=BY, at=timezone.now())
    assert post(system, body).status_code == 401


@pytest.mark.parametrize(
    ("number", "secure", "networks", "ok"),
    [
        ("127.0.0.1", True, [], False),
        ("10.1.2.3", True, [], False),
        ("169.254.169.254", True, [], False),
        ("::1", True, [], False),
        ("::ffff:127.0.0.1", True, [], False),
        ("0.0.0.0", True, [], False),
        ("224.0.0.1", True, [], False),
        ("64:ff9b::a01:203", True, [], False),  # what leads to 10.1.2.3 by a translator
        ("64:ff9b::808:808", True, [], True),
        ("2002:a01:203::1", True, [], False),  # by 6to4
        ("2001:0:4136:e378:8000:63bf:f5fe:fdfc", True, [], False),  # by Teredo
        ("8.8.8.8", True, [], True),
        ("8.8.8.8", False, [], False),
        ("10.1.2.3", False, ["10.1.0.0/16"], True),
        ("10.2.2.3", False, ["10.1.0.0/16"], False),
        ("::ffff:10.1.2.3", True, ["10.1.0.0/16"], True),
    ],
)
def test_where_requests_may_go(settings, number, secure, networks, ok):
    settings.CONNECTOR_NETWORKS = networks
    if ok:
        outgoing.judge([number], secure=secure)
    else:
        with pytest.raises(Refusing):
            outgoing.judge([number], secure=secure)
