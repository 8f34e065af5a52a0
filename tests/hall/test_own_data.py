"""What is kept about somebody, who looked, and requests about it: asked by the phone's holder, answered in reach."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from onegrid.accounts.identity.models import Grant, Role, User
from onegrid.accounts.notices.models import PhoneMessage
from onegrid.cases.flow.access import PhoneHolder, Resident
from onegrid.cases.flow.actions import end_call, follow_case, look_up_caller, reveal_contact
from onegrid.cases.flow.models import Call, Case, Channel, Follower
from onegrid.hall.answers.actions import ask_question
from onegrid.hall.answers.models import Question
from onegrid.hall.residents.actions import send_code, sign_in
from onegrid.hall.residents.actions.asking import answer_data_request, ask_about_data, reveal_name
from onegrid.hall.residents.limits import answer_by
from onegrid.hall.residents.models import DataRequest
from onegrid.hall.residents.queries import open_session
from onegrid.hall.residents.queries.held import (
    held_about,
    looks_about,
    own_requests,
    request_in_reach,
    requests_in_reach,
    requests_waiting,
)
from onegrid.hall.residents.rules import RequestKind, parted, shared_path
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from tests.cases.conftest import AT, reported, town  # noqa: F401
from tests.streets import FROM, streets  # noqa: F401

pytestmark = pytest.mark.django_db
PHONE = "13800000001"
ME = PhoneHolder(phone_index=blind_index(PHONE, "phone"))


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        ([], ""),
        (["1.2.3."], "1.2.3."),
        (["1.2.3.", "1.2.4.9."], "1.2."),
        (["1.2.", "1.2.4."], "1.2."),
        (["1.2.", "7."], ""),
        (["1.2.", "1.20."], "1."),
        (["", "1."], ""),
    ],
)
def test_whose_officer_answers(paths, shared):
    assert shared_path(paths) == shared


@pytest.mark.parametrize(
    ("paths", "parts"),
    [
        ([], [""]),
        (["1.2.3."], ["1.2.3."]),
        (["1.2.3.", "1.2.4.9."], ["1.2."]),
        (["1.2.3.", "1.5.6."], ["1.2.3.", "1.5.6."]),
        (["1.2.3.", "1.2.4.", "1.5.6."], ["1.2.", "1.5.6."]),
        (["1.2.3.", "1."], ["1.", "1.2.3."]),
        (["7.8.9.", "1.2.", "7.8.1."], ["1.2.", "7.8."]),
    ],
)
def test_each_street_has_its_part(paths, parts):
    assert parted(paths, ["1.2.", "1.5.", "7.8."]) == parts


def test_the_days_are_data():
    assert answer_by(date(2026, 11, 20)) == date(2026, 12, 5)


def asked(kind=RequestKind.DELETION, **more) -> DataRequest:
    (row,) = ask_about_data(kind=kind, phone=PHONE, by=ME, at=AT, **more)
    return row


def test_who_looked_is_named_by_organisation_time_and_purpose(town):  # noqa: F811
    case = reported(town.a, contact_name="王一", contact_phone=PHONE)
    reported(town.a, text="别人的", contact_phone="13900000002")
    acceptor = town.a.staff["acceptor"]
    reveal_contact(number=case.number, purpose="核实地点", by=acceptor, at=AT)
    look_up_caller(phone="138 0000 0001", purpose="来电", by=acceptor, at=AT + timedelta(minutes=1))
    look_up_caller(phone="13900000002", purpose="别人来电", by=acceptor, at=AT)
    looks = looks_about(viewer=ME)
    assert [(one.organisation, one.purpose, one.number) for one in looks] == [
        (town.a.centre.name, "来电", ""),
        (town.a.centre.name, "核实地点", case.number),
    ]
    held = held_about(viewer=ME, at=AT)
    assert [one.name for one in held.contacts] == ["王一"] and held.anything
    assert not held_about(viewer=PhoneHolder(), at=AT).anything and looks_about(viewer=PhoneHolder()) == []


def test_a_deletion_keeps_the_matter_and_drops_the_person(town):  # noqa: F811
    case = reported(town.a, contact_name="王一", contact_phone=PHONE)
    other = reported(town.a, text="别的", contact_name="李四", contact_phone="13900000002")
    follow_case(case_id=other.pk, channel=Channel.RESIDENT, contact_phone=PHONE, by=Resident(), at=AT)
    ask_question(text="几点？", area=town.a.communities[0], phone=PHONE, at=AT)
    send_code(phone=PHONE, at=AT)
    said = PhoneMessage.objects.order_by("-id")[0].sealed or ""
    session = sign_in(phone=PHONE, code="".join(sign for sign in said if sign.isdigit())[:6], at=AT)
    row = asked()
    officer = town.staff["data_officer"]
    assert [one.pk for one in requests_in_reach(viewer=officer)] == [row.pk]
    assert requests_waiting(viewer=officer) == 1 and row.due_on == date(2026, 12, 5)
    seal = Case.objects.get(pk=case.pk).seal
    done = answer_data_request(request_id=row.pk, grant=True, answer="已删除", by=officer, at=AT)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.reporter_name, kept.reporter_phone, kept.reporter_phone_index) == (None, None, "")
    assert kept.anonymous and (kept.text, kept.seal, kept.state) == (case.text, seal, "reported")
    assert Case.objects.get(pk=other.pk).reporter_name == "李四"
    assert (Follower.objects.get().phone, Question.objects.get().phone) == (None, None)
    assert done.changed == 3 and done.phone is None and open_session(session.token, at=AT) is None
    assert PhoneMessage.objects.filter(key=f"data_request.{row.pk}", phone__isnull=False).exists()
    assert AuditEntry.objects.filter(verb="cases.forget_contact", object_id=str(case.pk)).count() == 1
    with pytest.raises(Refused):
        answer_data_request(request_id=row.pk, grant=True, answer="x", by=officer, at=AT)
    with pytest.raises(Refused) as refusal:
        asked()
    assert refusal.value.code == "nothing_held"


def test_calls_are_shown_and_forgotten_with_the_rest(town):  # noqa: F811
    """A desk above the street answered: the street's officer answers for it too. Another phone's call stays."""
    case = reported(town.a, contact_name="王一", contact_phone=PHONE)
    given = {"outcome": "answered", "words": "问低保", "by": town.a.staff["acceptor"], "at": AT}
    for number, phone in enumerate([PHONE, PHONE, PHONE, "13900000002"]):
        end_call(phone=phone, key=str(number), **given)
    desks = ["", case.area_path.split(".")[0] + ".", town.b.area.path]
    for number, path in enumerate(desks):
        Call.objects.filter(key=str(number)).update(area_path=path)
    assert held_about(viewer=ME, at=AT).calls == 3
    mine, other = ask_about_data(kind=RequestKind.DELETION, phone=PHONE, by=ME, at=AT)
    assert {mine.area_path, other.area_path} == {case.area_path, town.b.area.path}
    here = mine if mine.area_path == case.area_path else other
    done = answer_data_request(
        request_id=here.pk, grant=True, answer="已删除", by=town.staff["data_officer"], at=AT
    )
    assert done.changed == 3
    assert set(Call.objects.exclude(phone_index="").values_list("key", flat=True)) == {"2", "3"}


def test_a_call_alone_is_something(town):  # noqa: F811
    clerk = town.a.staff["acceptor"]
    end_call(outcome="answered", words="问低保", phone=PHONE, key="k", by=clerk, at=AT)
    assert held_about(viewer=ME, at=AT).anything
    row = asked()
    done = answer_data_request(
        request_id=row.pk, grant=True, answer="已删除", by=town.staff["data_officer"], at=AT
    )
    assert done.changed == 1 and Call.objects.get().phone_index == ""
    assert not held_about(viewer=ME, at=AT).anything


def test_a_correction_puts_the_name_right_everywhere(town):  # noqa: F811
    case = reported(town.a, contact_name="王一", contact_phone=PHONE)
    row = asked(RequestKind.CORRECTION, name="王二")
    done = answer_data_request(
        request_id=row.pk, grant=True, answer="已更正", by=town.staff["data_officer"], at=AT
    )
    assert (done.changed, done.name, Case.objects.get(pk=case.pk).reporter_name) == (1, None, "王二")


def test_the_right_name_is_shown_for_a_purpose_and_the_person_reads_who_looked(town, client):  # noqa: F811
    reported(town.a, contact_name="王一", contact_phone=PHONE)
    row, officer = asked(RequestKind.CORRECTION, name="王二小"), town.staff["data_officer"]
    client.force_login(officer)
    page = reverse("desk:data_request", args=[row.pk])
    assert "王二小" not in client.get(page).content.decode()
    for nothing in ({"show": "1"}, {"show": "1", "purpose": " "}, {"show": "1", "purpose": "x" * 201}):
        answer = client.post(page, nothing)
        assert answer.status_code == 400 and "王二小" not in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="hall.reveal_request").exists()
    assert "王二小" in client.post(page, {"show": "1", "purpose": "核对更正"}).content.decode()
    assert [(one.purpose, one.number) for one in looks_about(viewer=ME)] == [("核对更正", "")]
    with pytest.raises(NotAllowed):
        reveal_name(request_id=row.pk, purpose="x", by=town.a.staff["leader"], at=AT)


def test_a_refusal_changes_nothing_but_the_request(town):  # noqa: F811
    case = reported(town.a, contact_name="王一", contact_phone=PHONE)
    row = asked()
    answer_data_request(
        request_id=row.pk, grant=False, answer="正在办理", by=town.staff["data_officer"], at=AT
    )
    assert Case.objects.get(pk=case.pk).reporter_name == "王一"
    assert DataRequest.objects.get().state == "refused"


def test_who_may_not_answer_and_what_is_refused(town):  # noqa: F811
    case = reported(town.a, contact_name="王一", contact_phone=PHONE)
    for kind, more, code in (
        (RequestKind.CORRECTION, {}, "name_needed"),
        (RequestKind.CORRECTION, {"name": "长" * 41}, "name_needed"),
        (RequestKind.DELETION, {"words": "长" * 1001}, "words_too_long"),
    ):
        with pytest.raises(Refused) as refusal:
            asked(kind, **more)
        assert refusal.value.code == code
    assert not DataRequest.objects.exists()
    row = asked()
    with pytest.raises(Refused) as refusal:
        asked()
    assert refusal.value.code == "asked_already" and DataRequest.objects.count() == 1
    with pytest.raises(NotAllowed):
        answer_data_request(request_id=row.pk, grant=True, answer="x", by=town.a.staff["shift_leader"], at=AT)
    with pytest.raises(Refused) as refusal:
        answer_data_request(request_id=row.pk, grant=True, answer=" ", by=town.staff["data_officer"], at=AT)
    assert refusal.value.code == "words_missing"
    DataRequest.objects.update(area_path="999.")
    with pytest.raises(NotFound):
        request_in_reach(row.pk, viewer=town.staff["data_officer"])
    assert requests_in_reach(viewer=town.staff["data_officer"]) == []
    assert Case.objects.get(pk=case.pk).reporter_name == "王一"


def test_what_lies_in_two_streets_goes_to_both_officers(town):  # noqa: F811
    """Each answers for the own street and reaches nothing of the other; the person reads both."""
    here = reported(town.a, contact_name="王一", contact_phone=PHONE)
    there = reported(town.b, contact_name="王一", contact_phone=PHONE)
    officers = []
    for street in (town.a, town.b):
        user = User.objects.create(username=f"{street.letter}.data", display_name="数据员")
        role = Role.objects.get(code="data_officer")
        Grant.objects.create(user=user, role=role, area=street.area, valid_from=FROM)
        officers.append(user)
    parts = ask_about_data(kind=RequestKind.DELETION, phone=PHONE, by=ME, at=AT)
    assert [part.area_path for part in parts] == sorted([here.area_path, there.area_path])
    seen = [[one.pk for one in requests_in_reach(viewer=officer)] for officer in officers]
    assert sorted(pk for one in seen for pk in one) == sorted(part.pk for part in parts)
    assert all(len(one) == 1 for one in seen)
    assert len(requests_in_reach(viewer=town.staff["data_officer"])) == 2
    with pytest.raises(NotFound):
        answer_data_request(request_id=seen[1][0], grant=True, answer="x", by=officers[0], at=AT)
    with pytest.raises(Refused):
        ask_about_data(kind=RequestKind.DELETION, phone=PHONE, by=ME, at=AT)
    assert DataRequest.objects.count() == 2
    done = answer_data_request(request_id=seen[0][0], grant=True, answer="已删除", by=officers[0], at=AT)
    assert done.changed == 1
    assert Case.objects.get(pk=here.pk).reporter_phone is None
    assert Case.objects.get(pk=there.pk).reporter_name == "王一"
    refused = answer_data_request(request_id=seen[1][0], grant=False, answer="在办", by=officers[1], at=AT)
    assert refused.changed == 0 and Case.objects.get(pk=there.pk).reporter_name == "王一"
    places = {place for _row, place in own_requests(viewer=ME)}
    assert places == {here.grid.name, there.grid.name}
