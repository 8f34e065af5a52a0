"""Committees with masked contacts; votes from draft to seal, by paper and by link, with every refusal."""

from copy import deepcopy
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from onegrid.kit.actors import SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.kit.facts.models import FactRow
from onegrid.registry.dwellings.actions import record_dwellings
from onegrid.registry.dwellings.queries import buildings_of
from onegrid.registry.owners import actions, queries
from onegrid.registry.owners.models import Ballot, Committee, Member, Voice, Vote
from tests.compounds import make_compound
from tests.streets import BY, STARTS, streets  # noqa: F401

AT = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY, DAY = AT.date(), timedelta(days=1)
SECOND = SystemActor("second hand")
OWNER = SystemActor("owner")


@pytest.fixture
def compound(streets):  # noqa: F811
    made = make_compound(streets.a)
    for building in buildings_of(made.pk):
        doors = [(f"1单元{floor}01室", Decimal("90.50")) for floor in (1, 2, 3)]
        record_dwellings(building_id=building.pk, doors=doors, by=BY, at=STARTS)
    return made


@pytest.fixture
def clerk(streets):  # noqa: F811
    return streets.a.staff["community_clerk"]


def drafted(compound, by, **more) -> Vote:
    what = {
        "topic": "firm", "question": "续聘物业公司？", "options": ["同意", "反对", "弃权"], "opens_at": AT,
        "closes_at": AT + 3 * DAY,
    } | more  # fmt: skip
    return actions.write_vote(compound_id=compound.pk, **what, by=by, at=AT)


def opened(compound, by, **more) -> Vote:
    return actions.open_vote(vote_id=drafted(compound, by, **more).pk, by=by, at=AT)


def on_paper(voice: Voice, option: int, by) -> Ballot:
    actions.enter_ballot(voice_id=voice.pk, option=option, by=by, at=AT + DAY)
    return actions.enter_ballot(voice_id=voice.pk, option=option, by=SECOND, at=AT + DAY)


def written() -> tuple:
    ballots = list(Ballot.objects.order_by("pk").values_list("first_key", "second_key", "differs", "cast_at"))
    votes = list(Vote.objects.order_by("pk").values_list("state", "seal"))
    tables = (Committee, Member, Voice, AuditEntry, FactRow)
    return ballots, votes, [table.objects.count() for table in tables]


# ---------------------------------------------------------------- committees


def test_members_are_sealed_masked_and_shown_for_a_purpose(compound, clerk, streets):  # noqa: F811
    made = actions.open_committee(
        compound_id=compound.pk, term_from=date(2026, 1, 1), term_to=date(2029, 1, 1), by=clerk, at=AT
    )
    member = actions.add_member(
        committee_id=made.pk, role="chair", name="李建国", phone="13900001234", by=clerk, at=AT
    )
    ((_row, (seen,)),) = queries.committees(compound.pk)
    assert (seen.name, seen.phone) == ("李**", "139****1234")
    found = actions.reveal_member(member_id=member.pk, purpose="通知开会", by=clerk, at=AT)
    assert (found.name, found.phone) == ("李建国", "13900001234")
    entry = AuditEntry.objects.get(verb="owners.reveal_contact")
    assert (entry.actor_key, entry.reason, "李" in str(entry.details)) == (clerk.actor_key, "通知开会", False)
    firm = streets.a.staff["property_clerk"]
    before = written()
    with pytest.raises(NotAllowed):
        actions.reveal_member(member_id=member.pk, purpose="x", by=firm, at=AT)
    with pytest.raises(NotFound):
        actions.reveal_member(member_id=member.pk, purpose="x", by=streets.b.staff["community_clerk"], at=AT)
    with pytest.raises(Refused, match="what you need"):
        actions.reveal_member(member_id=member.pk, purpose=" ", by=clerk, at=AT)
    assert written() == before


def test_terms_do_not_overlap_and_members_leave(compound, clerk):
    term = {"compound_id": compound.pk, "by": clerk, "at": AT}
    made = actions.open_committee(term_from=date(2026, 1, 1), term_to=date(2029, 1, 1), **term)
    on = {"committee_id": made.pk, "by": clerk, "at": AT}
    member = actions.add_member(role="chair", name="李建国", **on)
    before = written()
    for code, refused in [
        (
            "term_overlaps",
            lambda: actions.open_committee(term_from=date(2028, 1, 1), term_to=date(2030, 1, 1), **term),
        ),
        ("term_has_no_days", lambda: actions.open_committee(term_from=TODAY, term_to=TODAY, **term)),
        ("unknown_role", lambda: actions.add_member(role="king", name="x", **on)),
        ("name_missing", lambda: actions.add_member(role="member", name=" ", **on)),
        ("chair_there_already", lambda: actions.add_member(role="chair", name="x", **on)),
    ]:
        with pytest.raises(Refused) as said:
            refused()
        assert said.value.code == code
    assert written() == before
    actions.end_member(member_id=member.pk, by=clerk, at=AT)
    with pytest.raises(Refused, match="left before"):
        actions.end_member(member_id=member.pk, by=clerk, at=AT)
    actions.add_member(role="chair", name="王红", **on)


# ---------------------------------------------------------------- votes


def test_every_owner_is_one_voice_with_his_whole_area(compound, clerk):
    ids = list(compound.buildings.get(name="1号楼").dwellings.values_list("pk", flat=True))
    vote = drafted(compound, clerk, owners=[ids[:2]])
    voices = list(vote.voices.all())
    assert len(voices) == 5
    assert (voices[0].area_m2, voices[0].doors) == (Decimal("181.00"), "1号楼1单元101室、1号楼1单元201室")


def test_a_vote_by_paper_and_link_is_counted_and_sealed(compound, clerk):
    vote = opened(compound, clerk)
    voices = list(vote.voices.all())
    codes = {one.voice.pk: one.code for one in actions.issue_codes(vote_id=vote.pk, by=clerk, at=AT)}
    assert len(codes) == 6
    for voice in voices[:3]:
        on_paper(voice, 0, clerk)
    actions.cast_by_code(code=codes[voices[3].pk].lower(), option=1, by=OWNER, at=AT + DAY)
    story = queries.vote_story(vote.pk, viewer=clerk, today=TODAY)
    assert (story.voices, story.cast, story.result) == (6, 4, None)
    after = actions.count_vote(vote_id=vote.pk, by=clerk, at=AT + 3 * DAY)
    story = queries.vote_story(vote.pk, viewer=clerk, today=TODAY)
    assert (after.state, story.result.chosen, story.seal_holds) == ("counted", 0, True)
    assert FactRow.objects.filter(kind="registry.VoteCounted").count() == 1
    Ballot.objects.filter(voice=voices[3]).update(way="paper")
    assert queries.vote_story(vote.pk, viewer=clerk, today=TODAY).seal_holds is False


def test_two_hands_that_differ_begin_again(compound, clerk):
    vote = opened(compound, clerk)
    voice = vote.voices.first()
    actions.enter_ballot(voice_id=voice.pk, option=0, by=clerk, at=AT)
    assert queries.vote_story(vote.pk, viewer=clerk, today=TODAY).half == 1
    ballot = actions.enter_ballot(voice_id=voice.pk, option=1, by=SECOND, at=AT)
    assert (ballot.differs, ballot.cast_at) == (True, None)
    assert queries.vote_story(vote.pk, viewer=clerk, today=TODAY).differing == 1
    assert on_paper(voice, 1, clerk).cast_at is not None


def test_a_code_opens_once_and_an_earlier_one_not_at_all(compound, clerk):
    vote = opened(compound, clerk)
    first = actions.issue_codes(vote_id=vote.pk, by=clerk, at=AT)[0].code
    second = actions.issue_codes(vote_id=vote.pk, by=clerk, at=AT)[0].code
    with pytest.raises(NotFound):
        actions.cast_by_code(code=first, option=0, by=OWNER, at=AT)
    actions.cast_by_code(code=second, option=0, by=OWNER, at=AT)
    for code in (second, "", "NOSUCHCODE99", "x" * 99):
        with pytest.raises(NotFound):
            actions.cast_by_code(code=code, option=0, by=OWNER, at=AT)
    assert not Voice.objects.filter(code_index__contains=second).exists()


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("unknown_topic", {"topic": "weather"}),
        ("question_missing", {"question": " "}),
        ("bad_options", {"options": ["同意"]}),
        ("bad_options", {"options": ["同意", "同意"]}),
        ("bad_options", {"options": [str(number) for number in range(11)]}),
        ("closes_before_it_opens", {"closes_at": AT}),
        ("dwelling_elsewhere", {"owners": [[10**9]]}),
    ],
)
def test_a_draft_is_refused_and_nothing_written(compound, clerk, code, more):
    before = written()
    with pytest.raises(Refused) as refused:
        drafted(compound, clerk, **more)
    assert refused.value.code == code
    assert written() == before


def test_without_doors_nobody_can_vote(streets, clerk):  # noqa: F811
    bare = make_compound(streets.a, "空苑", grid=1)
    with pytest.raises(Refused, match="nobody could vote"):
        drafted(bare, clerk)
    assert not Vote.objects.exists()


def test_steps_and_ballots_are_refused_and_nothing_written(compound, clerk, streets):  # noqa: F811
    vote, draft = opened(compound, clerk), drafted(compound, clerk, opens_at=AT + DAY)
    later = opened(compound, clerk, opens_at=AT + DAY)
    voice, other = vote.voices.all()[:2]
    on_paper(voice, 0, clerk)
    actions.enter_ballot(voice_id=other.pk, option=0, by=clerk, at=AT)
    codes = {one.voice.number: one.code for one in actions.issue_codes(vote_id=vote.pk, by=clerk, at=AT)}
    early = actions.issue_codes(vote_id=later.pk, by=clerk, at=AT)[0].code
    before = written()
    on = {"by": clerk, "at": AT}
    for code, refused in [
        ("step_not_allowed", lambda: actions.open_vote(vote_id=vote.pk, **on)),
        ("step_not_allowed", lambda: actions.count_vote(vote_id=draft.pk, **on)),
        ("step_not_allowed", lambda: actions.issue_codes(vote_id=draft.pk, **on)),
        ("step_not_allowed", lambda: actions.enter_ballot(voice_id=draft.voices.first().pk, option=0, **on)),
        ("still_open", lambda: actions.count_vote(vote_id=vote.pk, **on)),
        ("time_is_over", lambda: actions.open_vote(vote_id=draft.pk, by=clerk, at=AT + 9 * DAY)),
        ("not_open_yet", lambda: actions.enter_ballot(voice_id=later.voices.first().pk, option=0, **on)),
        ("unknown_option", lambda: actions.enter_ballot(voice_id=other.pk, option=3, **on)),
        ("voted_already", lambda: actions.enter_ballot(voice_id=voice.pk, option=0, **on)),
        ("same_person", lambda: actions.enter_ballot(voice_id=other.pk, option=0, **on)),
        ("vote_not_open", lambda: actions.cast_by_code(code=early, option=0, by=OWNER, at=AT)),
        ("vote_not_open", lambda: actions.cast_by_code(code=codes[4], option=0, by=OWNER, at=AT + 3 * DAY)),
        ("unknown_option", lambda: actions.cast_by_code(code=codes[4], option=-1, by=OWNER, at=AT)),
        ("reason_needed", lambda: actions.cancel_vote(vote_id=vote.pk, reason=" ", **on)),
    ]:
        with pytest.raises(Refused) as said:
            refused()
        assert said.value.code == code
    with pytest.raises(NotAllowed):
        actions.open_vote(vote_id=draft.pk, by=streets.a.staff["property_clerk"], at=AT)
    for stranger in (streets.b.staff["community_clerk"],):
        with pytest.raises(NotFound):
            actions.count_vote(vote_id=vote.pk, by=stranger, at=AT)
        with pytest.raises(NotFound):
            actions.enter_ballot(voice_id=other.pk, option=0, by=stranger, at=AT)
    assert written() == before


def test_after_the_seal_nothing_moves(compound, clerk):
    vote = opened(compound, clerk)
    code = actions.issue_codes(vote_id=vote.pk, by=clerk, at=AT)[0].code
    actions.count_vote(vote_id=vote.pk, by=clerk, at=AT + 3 * DAY)
    before = deepcopy(written())
    on = {"by": clerk, "at": AT + 3 * DAY}
    for refused in (
        lambda: actions.enter_ballot(voice_id=vote.voices.first().pk, option=0, **on),
        lambda: actions.cancel_vote(vote_id=vote.pk, reason="x", **on),
        lambda: actions.count_vote(vote_id=vote.pk, **on),
    ):
        with pytest.raises(Refused, match="cannot be done"):
            refused()
    with pytest.raises(NotFound):
        actions.cast_by_code(code=code, option=0, by=OWNER, at=AT)
    assert written() == before


def test_a_vote_called_off_takes_no_ballot(compound, clerk):
    vote = opened(compound, clerk)
    code = actions.issue_codes(vote_id=vote.pk, by=clerk, at=AT)[0].code
    actions.cancel_vote(vote_id=vote.pk, reason="改期", by=clerk, at=AT)
    with pytest.raises(Refused, match="not open"):
        actions.cast_by_code(code=code, option=0, by=OWNER, at=AT)
