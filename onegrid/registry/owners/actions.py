"""Committees and their members, votes from draft to seal, ballots on paper by two hands or by link."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.registry.dwellings import queries as dwellings
from onegrid.registry.owners.access import CONTACT, EDIT
from onegrid.registry.owners.facts import VoteCounted
from onegrid.registry.owners.majorities import majorities
from onegrid.registry.owners.models import Ballot, Committee, Member, MemberRole, Voice, Vote, Way
from onegrid.registry.owners.queries import (
    VOICES_MOST,
    counted,
    open_now,
    owners_compound,
    seal_of,
    voice_of_code,
    written,
)
from onegrid.registry.owners.rules import State

PURPOSE_MAX = 200
CODE_LETTERS, CODE_LENGTH = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 12
OPTIONS = (2, 10)


@dataclass(frozen=True)
class Revealed:
    name: str
    phone: str


@dataclass(frozen=True)
class Issued:
    """A voice and its code, which is kept nowhere."""

    voice: Voice
    code: str


@transaction.atomic
def open_committee(
    *, compound_id: int, term_from: date, term_to: date, filed_on: date | None = None, by: Actor, at: datetime
) -> Committee:
    """A new term. Refused: term_has_no_days, term_overlaps."""
    compound = owners_compound(compound_id, viewer=by, today=localdate(at), what=EDIT)
    if term_to <= term_from:
        raise Refused("term_has_no_days", _("A term must end after it begins."))
    if Committee.objects.filter(compound=compound, term_from__lt=term_to, term_to__gt=term_from).exists():
        raise Refused("term_overlaps", _("There is a committee in that time already."))
    made = Committee.objects.create(
        compound=compound, term_from=term_from, term_to=term_to, filed_on=filed_on
    )
    record("owners.committee", by=by, about=made, at=at)
    return made


@transaction.atomic
def add_member(
    *, committee_id: int, role: str, name: str, phone: str = "", by: Actor, at: datetime
) -> Member:
    """Somebody joins, from today. Refused: unknown_role, name_missing, chair_there_already."""
    committee = _committee(committee_id, by, at)
    if role not in MemberRole.values:
        raise Refused("unknown_role", _("The committee has no such post."), role=role)
    if not name.strip():
        raise Refused("name_missing", _("Please give a name."))
    if role == MemberRole.CHAIR and committee.members.filter(role=role, to_on=None).exists():
        raise Refused("chair_there_already", _("The committee has a chair. End that first."))
    made = Member.objects.create(
        committee=committee, role=role, name=name.strip()[:40], phone=phone.strip()[:20] or None,
        from_on=localdate(at),
    )  # fmt: skip
    record("owners.member", by=by, about=made, at=at, details={"role": role})
    return made


@transaction.atomic
def end_member(*, member_id: int, by: Actor, at: datetime) -> Member:
    """Somebody leaves the committee; the row stays. Refused: left_before."""
    member = _member(member_id, EDIT, by, at)
    if member.to_on is not None:
        raise Refused("left_before", _("This person left before."))
    member.to_on = localdate(at)
    member.save(update_fields=["to_on"])
    record("owners.member_left", by=by, about=member, at=at)
    return member


@transaction.atomic
def reveal_member(*, member_id: int, purpose: str, by: Actor, at: datetime) -> Revealed:
    """Name and phone in the clear; the audit trail keeps who looked and what for. Refused: purpose_needed."""
    member = _member(member_id, CONTACT, by, at)
    purpose = purpose.replace("\x00", "").strip()
    if not 0 < len(purpose) <= PURPOSE_MAX:
        raise Refused("purpose_needed", _("Please say in a few words what you need the contact for."))
    record("owners.reveal_contact", by=by, about=member, at=at, reason=purpose)
    return Revealed(member.name, member.phone or "")


@transaction.atomic
def write_vote(
    *,
    compound_id: int,
    topic: str,
    question: str,
    options: Sequence[str],
    opens_at: datetime,
    closes_at: datetime,
    owners: Sequence[Sequence[int]] | None = None,
    by: Actor,
    at: datetime,
) -> Vote:
    """A vote of all doors of the compound. `owners`: dwelling ids that one owner has together count as one voice;
    what is in no group is a voice of its own.

    Refused: unknown_topic, question_missing, bad_options, closes_before_it_opens, no_dwellings, too_many_voices,
    dwelling_elsewhere.
    """
    compound = owners_compound(compound_id, viewer=by, today=localdate(at), what=EDIT)
    law = majorities(localdate(opens_at))
    if topic not in law.topics:
        raise Refused("unknown_topic", _("There is no such topic."), topic=topic)
    words = [one.strip() for one in options if one.strip()]
    if not question.strip() or len(question.strip()) > 300:
        raise Refused("question_missing", _("Please write the question, in at most 300 characters."))
    if not OPTIONS[0] <= len(words) <= OPTIONS[1] or len(set(words)) < len(words):
        raise Refused("bad_options", _("A vote needs two to ten options that differ."))
    if closes_at <= opens_at or closes_at <= at:
        raise Refused("closes_before_it_opens", _("It must close after it opens, and not in the past."))
    special = law.topics[topic].special
    agreeing = law.of(special=special).agreeing
    part = law.ordinary.taking_part.of
    vote = Vote.objects.create(
        compound=compound,
        topic=topic,
        special=special,
        question=question.strip(),
        options=words,
        law={
            "taking_part": [part.numerator, part.denominator],
            "agreeing": [agreeing.of.numerator, agreeing.of.denominator],
            "agreeing_inclusive": agreeing.inclusive,
            "mark": law.mark,
            "source": law.source,
        },
        opens_at=opens_at,
        closes_at=closes_at,
        state=State.DRAFT,
    )
    _write_voices(vote, compound.pk, owners or ())
    record("owners.vote_written", by=by, about=vote, at=at, details={"topic": topic})
    return vote


def _write_voices(vote: Vote, compound_id: int, owners: Sequence[Sequence[int]]) -> None:
    doors = {one.pk: one for one in dwellings.dwellings_of(compound_id)}
    if not doors:
        raise Refused("no_dwellings", _("No door of this compound is on the record, so nobody could vote."))
    grouped = [pk for group in owners for pk in group]
    if any(pk not in doors for pk in grouped) or len(set(grouped)) < len(grouped):
        raise Refused("dwelling_elsewhere", _("A door is of another compound, or is named twice."))
    groups = [list(group) for group in owners if group] + [[pk] for pk in doors if pk not in set(grouped)]
    if len(groups) > VOICES_MOST:
        raise Refused("too_many_voices", _("There are too many doors for one vote."), most=VOICES_MOST)
    rows = Voice.objects.bulk_create(
        Voice(
            vote=vote,
            number=number,
            doors="、".join(str(doors[pk]) for pk in group)[:400],
            area_m2=sum(doors[pk].area_m2 for pk in group),
        )
        for number, group in enumerate(groups, 1)
    )
    link = Voice.dwellings.through
    link.objects.bulk_create(
        link(voice_id=voice.pk, dwelling_id=pk)
        for voice, group in zip(rows, groups, strict=True)
        for pk in group
    )


@transaction.atomic
def open_vote(*, vote_id: int, by: Actor, at: datetime) -> Vote:
    """Nothing of it changes from now on; ballots are taken in its time. Refused: step_not_allowed, time_is_over."""
    vote = _vote(vote_id, by, at, State.DRAFT)
    if vote.closes_at <= at:
        raise Refused("time_is_over", _("Its time is over already."))
    vote.state = State.OPEN
    vote.save(update_fields=["state"])
    record("owners.vote_opened", by=by, about=vote, at=at)
    return vote


@transaction.atomic
def cancel_vote(*, vote_id: int, reason: str, by: Actor, at: datetime) -> Vote:
    """Before it is counted. Refused: reason_needed, step_not_allowed."""
    if not reason.strip():
        raise Refused("reason_needed", _("Please give a reason."))
    vote = _vote(vote_id, by, at, State.DRAFT, State.OPEN)
    vote.state = State.CANCELLED
    vote.save(update_fields=["state"])
    record("owners.vote_cancelled", by=by, about=vote, at=at, reason=reason.strip())
    return vote


@transaction.atomic
def issue_codes(*, vote_id: int, by: Actor, at: datetime) -> list[Issued]:
    """One-time codes for those who have not voted, shown once, to be printed; earlier ones open nothing."""
    vote = _vote(vote_id, by, at, State.OPEN)
    rows = list(
        Voice.objects.select_for_update(of=("self",)).filter(vote=vote, ballot=None).order_by("number")
    )
    issued = []
    for voice in rows:
        code = "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))
        voice.code_index = blind_index(code, "vote_code")
        issued.append(Issued(voice, code))
    Voice.objects.bulk_update(rows, ["code_index"])
    record("owners.codes_issued", by=by, about=vote, at=at, details={"count": len(issued)})
    return issued


@transaction.atomic
def enter_ballot(*, voice_id: int, option: int, by: Actor, at: datetime) -> Ballot:
    """A paper ballot, entered by one person and then by another; it counts when both entered the same.

    When they differ both entries are dropped and it is entered anew. Paper handed in while the vote was open may be
    entered until it is counted. Refused: unknown_option, voted_already, same_person, step_not_allowed, not_open_yet.
    """
    voice = (
        Voice.objects.select_for_update(of=("self",))
        .select_related("vote__compound")
        .filter(pk=voice_id)
        .first()
    )
    vote = _vote(voice.vote_id if voice else 0, by, at, State.OPEN)
    assert voice is not None  # there is no vote 0
    if at < vote.opens_at:
        raise Refused("not_open_yet", _("The vote has not begun."))
    _check_option(vote, option)
    ballot = Ballot.objects.select_for_update().filter(voice=voice).first()
    if ballot is not None and ballot.cast_at is not None:
        raise Refused("voted_already", _("This owner has voted already."))
    if ballot is None or ballot.differs:
        return _first_entry(voice, ballot, option, by, at)
    if ballot.first_key == by.actor_key:
        raise Refused("same_person", _("The second entry must be made by another person."))
    ballot.second_key, ballot.second_label = by.actor_key, by.actor_label[:80]
    if ballot.first_choice == str(option):
        ballot.choice, ballot.cast_at, voice.code_index = str(option), at, ""
        voice.save(update_fields=["code_index"])
    else:
        ballot.differs = True
    ballot.save()
    entered = {"voice": voice.number, "agreed": not ballot.differs}
    record("owners.ballot_second", by=by, about=vote, at=at, details=entered)
    return ballot


def _first_entry(voice: Voice, ballot: Ballot | None, option: int, by: Actor, at: datetime) -> Ballot:
    ballot = ballot or Ballot(voice=voice, way=Way.PAPER)
    ballot.first_choice, ballot.first_key, ballot.first_label = str(option), by.actor_key, by.actor_label[:80]
    ballot.second_key = ballot.second_label = ""
    ballot.differs = False
    ballot.save()
    record("owners.ballot_first", by=by, about=voice.vote, at=at, details={"voice": voice.number})
    return ballot


@transaction.atomic
def cast_by_code(*, code: str, option: int, by: Actor, at: datetime) -> Ballot:
    """By the one-time code, the right to vote once. Refused: vote_not_open, unknown_option, voted_already."""
    found = voice_of_code(code)
    voice = Voice.objects.select_for_update(of=("self",)).select_related("vote__compound").get(pk=found.pk)
    vote = Vote.objects.select_for_update(of=("self",)).select_related("compound").get(pk=voice.vote_id)
    if voice.code_index != found.code_index:
        raise Refused("voted_already", _("This owner has voted already."))
    if not open_now(vote, at):
        raise Refused("vote_not_open", _("The vote is not open now."))
    _check_option(vote, option)
    if Ballot.objects.filter(voice=voice).exists():  # a paper one is being entered
        raise Refused("voted_already", _("This owner has voted already."))
    ballot = Ballot.objects.create(voice=voice, way=Way.LINK, choice=str(option), cast_at=at)
    voice.code_index = ""
    voice.save(update_fields=["code_index"])
    record("owners.ballot_link", by=by, about=vote, at=at, details={"voice": voice.number})
    return ballot


@transaction.atomic
def count_vote(*, vote_id: int, by: Actor, at: datetime) -> Vote:
    """计票: after it closed; the result is sealed. A ballot that was entered once, or differently, does not count.

    Refused: step_not_allowed, still_open.
    """
    vote = _vote(vote_id, by, at, State.OPEN)
    if at < vote.closes_at:
        raise Refused("still_open", _("The vote is open until its time is over."))
    vote.result = written(counted(vote))
    vote.state, vote.counted_at = State.COUNTED, at
    vote.seal = seal_of(vote, vote.result)
    vote.save(update_fields=["result", "state", "counted_at", "seal"])
    Voice.objects.filter(vote=vote).update(code_index="")
    chosen = vote.result["chosen"]
    record("owners.vote_counted", by=by, about=vote, at=at, details={"chosen": chosen, "seal": vote.seal})
    announce(VoteCounted(vote.pk, -1 if chosen is None else chosen), path=vote.area_path)
    return vote


def _check_option(vote: Vote, option: int) -> None:
    if not 0 <= option < len(vote.options):
        raise Refused("unknown_option", _("The vote has no such option."), option=option)


def _vote(vote_id: int, by: Actor, at: datetime, *states: State) -> Vote:
    """Locked, in reach, and in one of the states."""
    vote = Vote.objects.select_for_update(of=("self",)).select_related("compound").filter(pk=vote_id).first()
    owners_compound(vote.compound_id if vote else 0, viewer=by, today=localdate(at), what=EDIT)
    if vote is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if vote.state not in states:
        raise Refused("step_not_allowed", _("This cannot be done with the vote now."), state=vote.state)
    return vote


def _committee(committee_id: int, by: Actor, at: datetime) -> Committee:
    rows = Committee.objects.select_for_update(of=("self",)).select_related("compound")
    found = rows.filter(pk=committee_id).first()
    owners_compound(found.compound_id if found else 0, viewer=by, today=localdate(at), what=EDIT)
    assert found is not None  # there is no compound 0
    return found


def _member(member_id: int, what: str, by: Actor, at: datetime) -> Member:
    rows = Member.objects.select_for_update(of=("self",)).select_related("committee__compound")
    found = rows.filter(pk=member_id).first()
    owners_compound(found.committee.compound_id if found else 0, viewer=by, today=localdate(at), what=what)
    assert found is not None  # there is no compound 0
    return found
