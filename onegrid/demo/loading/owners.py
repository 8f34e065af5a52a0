"""An owners' committee, one vote that was counted and one that is open, in a compound of the account "property"."""

from datetime import date, datetime, timedelta

from onegrid.demo.loading.compounds import write_dwellings
from onegrid.demo.loading.steps import BY
from onegrid.kit.actors import SystemActor
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.owners.actions import (
    add_member,
    cast_by_code,
    count_vote,
    enter_ballot,
    issue_codes,
    open_committee,
    open_vote,
    write_vote,
)
from onegrid.registry.owners.models import Vote

SECOND, OWNER = SystemActor("demo, second hand"), SystemActor("demo, an owner")
MEMBERS = (
    ("chair", "周明远", "000-7200-0001"), ("vice", "沈若兰", "000-7200-0002"), ("member", "罗志强", "000-7200-0003"),
    ("member", "许文静", ""), ("member", "何立新", "000-7200-0005"),
)  # fmt: skip
YES_NO = ["同意", "反对", "弃权"]


def write_owners(compounds: list[Compound], at: datetime) -> int:
    """The smallest of them votes; how many votes there are."""
    compound = min(compounds, key=lambda one: (one.households, one.pk))
    write_dwellings(compound, at)
    term = open_committee(
        compound_id=compound.pk, term_from=date(at.year - 1, 3, 1), term_to=date(at.year + 2, 3, 1),
        filed_on=date(at.year - 1, 3, 20), by=BY, at=at,
    )  # fmt: skip
    for role, name, phone in MEMBERS:
        add_member(committee_id=term.pk, role=role, name=name, phone=phone, by=BY, at=at)
    _counted(compound, at - timedelta(days=20))
    _open(compound, at - timedelta(days=1))
    return 2


def _vote(compound: Compound, topic: str, question: str, days: int, at: datetime) -> Vote:
    vote = write_vote(
        compound_id=compound.pk, topic=topic, question=question, options=YES_NO, opens_at=at,
        closes_at=at + timedelta(days=days), by=BY, at=at,
    )  # fmt: skip
    return open_vote(vote_id=vote.pk, by=BY, at=at)


def _counted(compound: Compound, at: datetime) -> None:
    """Two thirds and more take part by link; about four in five agree."""
    vote = _vote(compound, "fund_use", "是否同意使用维修资金更换 1 号楼电梯曳引机？", 7, at)
    issued = issue_codes(vote_id=vote.pk, by=BY, at=at)
    taking_part = issued[: max(len(issued) * 3 // 4, 1)]
    for place, one in enumerate(taking_part):
        cast_by_code(code=one.code, option=(0, 0, 0, 1, 0)[place % 5], by=OWNER, at=at + timedelta(hours=1))
    count_vote(vote_id=vote.pk, by=BY, at=at + timedelta(days=7))


def _open(compound: Compound, at: datetime) -> None:
    """A few by paper: most entered twice, one once, one differently."""
    vote = _vote(compound, "firm", "是否同意续聘现物业服务企业，期限三年？", 10, at)
    for place, voice in enumerate(vote.voices.all()[:12]):
        enter_ballot(voice_id=voice.pk, option=place % 2, by=BY, at=at + timedelta(hours=1))
        if place < 10:
            enter_ballot(
                voice_id=voice.pk,
                option=2 if place == 3 else place % 2,
                by=SECOND,
                at=at + timedelta(hours=2),
            )
