"""Signing for an instruction, answering it, and what the leader says to the answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused
from onegrid.kit.worktime import Unit
from onegrid.oversight.supervision import rules
from onegrid.oversight.supervision.access import not_there, require_may
from onegrid.oversight.supervision.actions.lines import checked_words, line, moved, tell
from onegrid.oversight.supervision.actions.writing import start_clock
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.queries.instructions import people_of, timer_of
from onegrid.oversight.supervision.rules import State, Verb


@transaction.atomic
def sign(
    *, errand_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """签收: the unit has it. The clock runs on: it counts to the answer."""
    errand = _locked(errand_id, Verb.SIGN, words, seen_version, by, at)
    errand.signed_at = at
    return _kept(errand, Verb.SIGN, words, by, at)


@transaction.atomic
def reply(
    *,
    errand_id: int,
    words: str,
    files: Sequence[BinaryIO] = (),
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Errand:
    """回复: what was done. The clock stops; late stays late. More time that was asked for falls away."""
    errand = _locked(errand_id, Verb.REPLY, words, seen_version, by, at)
    errand.replied_at, errand.tell_at, errand.time_asked = at, None, None
    errand.late = errand.late or at > errand.due_at
    _kept(errand, Verb.REPLY, words, by, at, files=files, details={"late": at > errand.due_at})
    tell(
        [errand.instruction.written_by], gettext_noop("%(unit)s has replied to your instruction"), errand, at
    )
    return errand


@transaction.atomic
def ask_time(
    *, errand_id: int, more: int, words: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """申请延期: `more` units of the clock's own, with a reason, before its end. Refused: too_late_to_extend,
    limit_out_of_range, no_extension_left."""
    errand = _locked(errand_id, Verb.ASK_TIME, words, seen_version, by, at)
    known = limits(timezone.localdate(at))
    if at > errand.due_at:
        raise Refused("too_late_to_extend", _("The limit has ended; more time is asked for before that."))
    if not 1 <= more <= known.reply_most:
        words = _("Between 1 and %(most)s units.") % {"most": known.reply_most}
        raise Refused("limit_out_of_range", words, most=known.reply_most)
    errand.time_asked = more
    _kept(errand, Verb.ASK_TIME, words, by, at, details={"more": more, "unit": errand.unit})
    tell([errand.instruction.written_by], gettext_noop("%(unit)s asks for more time to reply"), errand, at)
    return errand


@transaction.atomic
def give_time(
    *, errand_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """准予延期: as much as was asked for, counted on the same calendar."""
    errand = _locked(errand_id, Verb.GIVE_TIME, words, seen_version, by, at)
    errand.extra, errand.extensions = errand.extra + (errand.time_asked or 0), errand.extensions + 1
    errand.time_asked = None
    timer = timer_of(errand)
    assert timer.due_at is not None
    errand.due_at = timer.due_at
    errand.approaching_at = timer.approaching_at(limits(timezone.localdate(at)).approaching_share)
    errand.tell_at = errand.approaching_at
    _kept(errand, Verb.GIVE_TIME, words, by, at, details={"due_at": errand.due_at.isoformat()})
    tell(people_of(errand.org, at), gettext_noop("More time is given: reply until %(time)s"), errand, at)
    return errand


@transaction.atomic
def refuse_time(
    *, errand_id: int, words: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """不予延期, with a reason."""
    errand = _locked(errand_id, Verb.REFUSE_TIME, words, seen_version, by, at)
    errand.time_asked = None
    _kept(errand, Verb.REFUSE_TIME, words, by, at)
    tell(people_of(errand.org, at), gettext_noop("No more time is given: reply until %(time)s"), errand, at)
    return errand


@transaction.atomic
def remind_unit(
    *, errand_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """催办: its people are told again; nothing else changes."""
    errand = _locked(errand_id, Verb.REMIND, words, seen_version, by, at)
    _kept(errand, Verb.REMIND, words, by, at)
    tell(people_of(errand.org, at), gettext_noop("A reply is awaited until %(time)s"), errand, at)
    return errand


@transaction.atomic
def ask_again(
    *,
    errand_id: int,
    words: str,
    limit: int | None = None,
    unit: str = Unit.WORK_DAY,
    seen_version: int | None = None,
    by: Actor,
    at: datetime,
) -> Errand:
    """再次要求回复: the answer is not enough; a new clock runs. Refused besides: limit_out_of_range."""
    errand = _locked(errand_id, Verb.ASK_AGAIN, words, seen_version, by, at)
    start_clock(errand, limit, unit, at)
    errand.replied_at, errand.extensions, errand.rounds = None, 0, errand.rounds + 1
    _kept(errand, Verb.ASK_AGAIN, words, by, at, details={"due_at": errand.due_at.isoformat()})
    tell(
        people_of(errand.org, at),
        gettext_noop("The reply is not enough: reply again until %(time)s"),
        errand,
        at,
    )
    return errand


@transaction.atomic
def accept_reply(
    *, errand_id: int, words: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """阅定办结."""
    errand = _locked(errand_id, Verb.ACCEPT, words, seen_version, by, at)
    errand.ended_at = at
    _kept(errand, Verb.ACCEPT, words, by, at)
    _end(errand, at)
    tell(people_of(errand.org, at), gettext_noop("The reply to the instruction is accepted"), errand, at)
    return errand


@transaction.atomic
def withdraw(
    *, errand_id: int, words: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Errand:
    """撤回: the unit need not answer any more; the history stays."""
    errand = _locked(errand_id, Verb.WITHDRAW, words, seen_version, by, at)
    errand.ended_at, errand.tell_at, errand.time_asked = at, None, None
    _kept(errand, Verb.WITHDRAW, words, by, at)
    _end(errand, at)
    tell(people_of(errand.org, at), gettext_noop("An instruction is withdrawn"), errand, at)
    return errand


def _locked(
    errand_id: int, verb: Verb, words: str, seen_version: int | None, by: Actor, at: datetime
) -> Errand:
    """Locked for this verb: his to do, nobody was faster, and the rules allow it. Refused: changed_meanwhile,
    step_not_allowed, no_extension_left, words_needed, words_too_long."""
    rows = Errand.objects.select_for_update(of=("self",)).select_related(
        "instruction__written_by", "org__area"
    )
    errand = rows.defer("org__point", "org__area__boundary", "org__area__centre").filter(pk=errand_id).first()
    if errand is None:
        raise not_there()
    require_may(by, verb, errand, at)
    if seen_version is not None and seen_version != errand.version:
        raise Refused("changed_meanwhile", _("Somebody changed it meanwhile. Please look at it again."))
    state, most = State(errand.state), limits(timezone.localdate(at)).extensions_most
    left, asked = errand.extensions < most, errand.time_asked is not None
    if verb == Verb.ASK_TIME and state == State.SIGNED and not asked and not left:
        raise Refused("no_extension_left", _("More time was given as often as it can be."), most=most)
    if verb not in rules.verbs(state, time_asked=asked, extensions_left=left):
        raise Refused("step_not_allowed", _("This cannot be done with it now."), state=errand.state)
    checked_words(words, needed=verb in rules.NEEDS_WORDS)
    return errand


def _kept(
    errand: Errand,
    verb: Verb,
    words: str,
    by: Actor,
    at: datetime,
    *,
    details: dict | None = None,
    files: Sequence[BinaryIO] = (),
) -> Errand:
    errand.state = rules.STEPS[(State(errand.state), verb)]
    errand.version += 1
    errand.save()
    name = errand.org.name if verb in rules.BY_UNIT else ""
    said = checked_words(words, needed=False)
    line(errand.instruction, errand, verb, said, by, at, org_name=name, details=details, files=files)
    moved(errand, verb)
    return errand


def _end(errand: Errand, at: datetime) -> None:
    """With the last unit's part the whole of it is over."""
    states = Errand.objects.filter(instruction=errand.instruction_id).values_list("state", flat=True)
    if rules.ended(states):
        errand.instruction.ended_at = at
        errand.instruction.save(update_fields=["ended_at"])
