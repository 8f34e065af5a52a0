"""Calls that make no new case: each outcome, every refusal, and that nothing of the caller is kept in the clear."""

import pytest

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions import calling, end_call
from onegrid.cases.flow.models import Call
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.queries.calls import calls_about, own_calls
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts.models import FactRow
from tests.cases.conftest import AT, reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401

PHONE = "000-0000-1234"


@pytest.fixture
def clerk(town):  # noqa: F811
    return town.a.staff["acceptor"]


def ended(clerk, **more) -> Call:
    given = {
        "outcome": "answered",
        "words": "问低保怎么申请；已答复。",
        "key": "k1",
        "by": clerk,
        "at": AT,
    } | more
    return end_call(**given)


def test_an_answered_call_is_on_record_once_without_name_or_number(clerk):
    call = ended(clerk, phone=PHONE)
    assert ended(clerk, phone=PHONE).pk == call.pk and Call.objects.count() == 1
    assert call.phone_index and PHONE not in str(Call.objects.values().get())
    assert ended(clerk, key="k2", phone="000 0000 1234").phone_index == call.phone_index
    assert ended(clerk, key="k3").phone_index == ""
    entry = AuditEntry.objects.filter(verb="cases.end_call").first()
    assert entry.actor_key == clerk.actor_key and PHONE not in str(entry.details)
    assert FactRow.objects.filter(kind="cases.CallEnded").count() == 3


def test_a_call_about_a_case_stands_on_its_page(clerk, town):  # noqa: F811
    case = reported(town.a)
    call = ended(clerk, outcome="about_case", number=case.number, words="")
    story = case_story(number=case.number, viewer=town.a.staff["leader"])
    assert calls_about(story) == [call] == own_calls(clerk=clerk)
    assert own_calls(clerk=town.a.staff["leader"]) == []


def test_two_at_the_same_moment_are_one_call(clerk, town, monkeypatch):  # noqa: F811
    first = ended(clerk)
    seen = [calling._seen, lambda *_given: None]  # the first time it was not there yet
    monkeypatch.setattr(calling, "_seen", lambda key, by: seen.pop()(key, by))
    assert ended(clerk).pk == first.pk and Call.objects.count() == 1
    monkeypatch.undo()
    other = User.objects.get(pk=clerk.pk)
    monkeypatch.setattr(calling, "_seen", lambda *_given: None)  # as of somebody else's key
    with pytest.raises(Refused) as refused:
        ended(other)
    assert refused.value.code == "key_needed" and Call.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"outcome": "x"}, "no_such_outcome"),
        ({"words": " \x00"}, "words_needed"),
        ({"outcome": "elsewhere", "words": ""}, "words_needed"),
        ({"words": "x" * 2001}, "words_too_long"),
        ({"outcome": "about_case"}, "case_needed"),
        ({"outcome": "about_case", "number": "YW1"}, "no_such_case"),
        ({"key": " "}, "key_needed"),
    ],
)
def test_what_does_not_fit_writes_nothing(clerk, given, code):
    facts = FactRow.objects.count()
    with pytest.raises(Refused) as refused:
        ended(clerk, **given)
    assert refused.value.code == code
    assert not Call.objects.exists() and FactRow.objects.count() == facts


def test_a_case_of_another_street_is_not_there_and_who_answers_no_phone_records_no_call(clerk, town):  # noqa: F811
    with pytest.raises(Refused, match="no case with this number"):
        ended(clerk, outcome="about_case", number=reported(town.b).number)
    with pytest.raises(NotAllowed):
        ended(town.a.staff["grid_worker"])
