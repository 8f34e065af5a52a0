"""Reading committees and votes. Members are masked; nobody is shown what a single owner chose."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.crypto import blind_index, mask_name, mask_phone
from onegrid.kit.errors import NotFound
from onegrid.registry.dwellings import queries as dwellings
from onegrid.registry.dwellings.models import Compound
from onegrid.registry.owners.access import SEE
from onegrid.registry.owners.models import Ballot, Committee, Member, Voice, Vote
from onegrid.registry.owners.rules import Majority, Result, Share, State, Tally, Voiced, result

MOST = 30
VOICES_MOST = 5_000  # of one vote


@dataclass(frozen=True)
class Masked:
    """A member as everybody sees him who sees the committee."""

    member: Member
    name: str
    phone: str


@dataclass(frozen=True)
class VoteStory:
    """`voices`, `cast`, `half`, `differing`: how many owners, counted ballots, entered once, entered differently."""

    vote: Vote
    voices: int
    cast: int
    half: int
    differing: int
    result: Result | None
    seal_holds: bool | None


def committees(compound_id: int) -> list[tuple[Committee, list[Masked]]]:
    """The newest term first; whoever asks was let to the compound's owners before. Two queries."""
    rows = Committee.objects.filter(compound=compound_id).prefetch_related("members").order_by("-term_from")
    return [(row, [_masked(one) for one in row.members.all()]) for row in rows[:5]]


def _masked(member: Member) -> Masked:
    return Masked(member, mask_name(member.name), mask_phone(member.phone))


def owners_compound(compound_id: int, *, viewer: Actor, today: date, what: str = SEE) -> Compound:
    found: Compound = dwellings.compound(compound_id, viewer=viewer, day=today, what=what)
    return found


def committee(pk: int, *, viewer: Actor, today: date) -> Committee:
    """One committee. NotFound outside the compounds in reach."""
    found = Committee.objects.filter(pk=pk).first()
    owners_compound(found.compound_id if found else 0, viewer=viewer, today=today)
    assert found is not None  # there is no compound 0
    return found


def is_of(voice_id: int, vote_id: int) -> bool:
    return Voice.objects.filter(pk=voice_id, vote=vote_id).exists()


def votes_of(compound_id: int) -> list[Vote]:
    return list(Vote.objects.filter(compound=compound_id).order_by("-id")[:MOST])


def vote_story(pk: int, *, viewer: Actor, today: date, what: str = SEE) -> VoteStory:
    """A vote with how far it is; the result only after it was counted."""
    vote = Vote.objects.select_related("compound").filter(pk=pk).first()
    owners_compound(vote.compound_id if vote else 0, viewer=viewer, today=today, what=what)
    assert vote is not None  # there is no compound 0
    counts = vote.voices.aggregate(
        voices=Count("pk"),
        cast=Count("pk", filter=Q(ballot__cast_at__isnull=False)),
        half=Count("pk", filter=Q(ballot__cast_at=None, ballot__differs=False, ballot__isnull=False)),
        differing=Count("pk", filter=Q(ballot__differs=True)),
    )
    counted = vote.state == State.COUNTED
    return VoteStory(
        vote,
        **counts,
        result=told(vote.result) if counted and vote.result else None,
        seal_holds=seal_of(vote, vote.result) == vote.seal if counted else None,
    )


def voices_like(vote_id: int, text: str, limit: int = 20) -> list[Voice]:
    """By number or a piece of a door's name; whoever asks was let to the vote before."""
    rows = Voice.objects.filter(vote=vote_id).select_related("ballot")
    words = text.replace("\x00", "").strip()[:60]
    if words.isdecimal() and len(words) < 9:
        return list(rows.filter(Q(number=int(words)) | Q(doors__contains=words))[:limit])
    return list(rows.filter(doors__contains=words)[:limit])


def voice_of_code(code: str) -> Voice:
    """By the one-time code of the link. NotFound for an unknown one, and once it was used."""
    plain = "".join(code.split()).replace("-", "").upper()
    found = None
    if plain and len(plain) <= 40:
        rows = Voice.objects.select_related("vote__compound")
        found = rows.filter(code_index=blind_index(plain, "vote_code")).first()
    if found is None:
        raise NotFound("not_found", _("This code opens no vote. It may have been used already."))
    return found


def open_now(vote: Vote, at: datetime) -> bool:
    return vote.state == State.OPEN and vote.opens_at <= at < vote.closes_at


# ---------------------------------------------------------------- counting


def majority_of(vote: Vote) -> Majority:
    """What the vote was written under."""
    law = vote.law
    return Majority(
        Share(Fraction(*law["taking_part"]), inclusive=True),
        Share(Fraction(*law["agreeing"]), law["agreeing_inclusive"]),
    )


def counted(vote: Vote) -> Result:
    """From the ballots that count."""
    chosen = {
        row.voice_id: int(row.choice or 0)
        for row in Ballot.objects.filter(voice__vote=vote, cast_at__isnull=False)
    }
    rows = Voice.objects.filter(vote=vote).values_list("pk", "area_m2")
    return result([Voiced(area, chosen.get(pk)) for pk, area in rows], len(vote.options), majority_of(vote))


def written(found: Result) -> dict[str, Any]:
    """As it is kept in the vote."""

    def pair(tally: Tally) -> list[Any]:
        return [tally.area, tally.voices]

    return {
        "all": pair(found.all),
        "part": pair(found.part),
        "options": [pair(one) for one in found.options],
        "enough": [found.enough_area, found.enough_voices],
        "agreed": [list(both) for both in found.agreed],
        "chosen": found.chosen,
    }


def told(kept: dict[str, Any]) -> Result:
    """`written` read back."""
    return Result(
        Tally(*kept["all"]),
        Tally(*kept["part"]),
        tuple(Tally(*one) for one in kept["options"]),
        kept["enough"][0],
        kept["enough"][1],
        tuple((one[0], one[1]) for one in kept["agreed"]),
        kept["chosen"],
    )


def seal_of(vote: Vote, kept: dict[str, Any] | None) -> str:
    """Keyed hash over the question, the result and every ballot that counts: a changed row shows."""
    rows = Ballot.objects.filter(voice__vote=vote, cast_at__isnull=False).select_related("voice")
    ballots = [[row.voice.number, row.choice, row.way] for row in rows.order_by("voice__number")]
    text = canonical([vote.pk, vote.question, vote.options, vote.law, kept, ballots]).decode()
    return blind_index(text, "vote_seal")
