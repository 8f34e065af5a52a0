"""What every deed shares: lock, right, line of the timeline, lines in the cases' timelines, notices."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.notices.actions import notify
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.actions import lift_hold, note_case, put_hold
from onegrid.cases.flow.models import Case
from onegrid.cases.whistle.access import ANSWER, DECIDE, SEE, acts_for_street, answers_for, in_sight
from onegrid.cases.whistle.models import DeedChoices, Whistle, WhistleCall, WhistleCase, WhistleStep
from onegrid.cases.whistle.refusals import no_such_whistle, refused
from onegrid.cases.whistle.rules import WORDS_MAX, WhistleState
from onegrid.kit.actors import EVERYTHING, Actor, Scope
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.facts import announce
from onegrid.kit.facts.fact import Fact

HELD = "whistle"  # Hold.kind
TOLD_AT_MOST = 20


@dataclass(frozen=True)
class WhistleActor:
    """Writes into the timelines of cases what happens to their whistle; whoever did it stands in the words."""

    actor_key: str = "system:whistle"

    @property
    def actor_label(self) -> str:
        return _("Whistle")

    def scope(self, what: str) -> Scope:
        return EVERYTHING


BY = WhistleActor()


def locked_whistle(whistle_id: int, by: Actor) -> Whistle:
    """The whistle, locked, in the actor's sight."""
    scope = by.scope(SEE)
    if not scope.reaches:
        raise _not_allowed(SEE)
    rows = Whistle.objects.select_for_update(of=("self",)).select_related(
        "kind", "street", "area", "blown_by"
    )
    found = rows.filter(in_sight(scope), pk=whistle_id).first()
    if found is None:
        raise no_such_whistle()
    return found


def running(whistle: Whistle) -> Whistle:
    """Refused: not_blown, whistle_is_over."""
    if whistle.state == WhistleState.WAITING:
        raise refused("not_blown")
    if whistle.state != WhistleState.RUNNING:
        raise refused("whistle_is_over")
    return whistle


def require_street(by: Actor, what: str, whistle: Whistle) -> None:
    if not acts_for_street(by, what, whistle):
        raise _not_allowed(what)


def locked_call(whistle: Whistle, call_id: int, by: Actor) -> WhistleCall:
    """The call of the actor's own department. Another's is seen, but not answered: NotAllowed."""
    rows = WhistleCall.objects.select_for_update(of=("self",)).select_related("organisation")
    call = rows.filter(pk=call_id, whistle=whistle).first()
    if call is None:
        raise no_such_whistle()
    if not answers_for(by, ANSWER, call):
        raise _not_allowed(ANSWER)
    return call


def _not_allowed(what: str) -> NotAllowed:
    return NotAllowed("not_allowed", _("Your role does not include this."), what=what)


def said(words: str, *, needed: str = "", most: int = WORDS_MAX) -> str:
    """Tidied. Refused: `needed` (reason_needed, words_needed) when empty, words_too_long."""
    text = words.replace("\x00", "").strip()
    if needed and not text:
        raise refused(needed)
    if len(text) > most:
        raise refused("words_too_long")
    return text


def noted(
    whistle: Whistle,
    deed: DeedChoices,
    *,
    by: Actor,
    at: datetime,
    words: str = "",
    organisation: Organisation | None = None,
    details: dict[str, Any] | None = None,
    in_cases: bool = True,
) -> WhistleStep:
    """A line of the whistle's timeline, in the audit, and in the timeline of each case."""
    whistle.version += 1
    whistle.save(update_fields=["version", "state", "approved_by", "blown_at", "ended_at"])
    last = (
        WhistleStep.objects.filter(whistle=whistle).order_by("-position").values_list("position", flat=True)
    )
    step = WhistleStep.objects.create(
        whistle=whistle,
        position=(last.first() or 0) + 1,
        deed=deed,
        actor_key=by.actor_key,
        actor_label=by.actor_label[:80],
        organisation=organisation,
        words=words,
        details=details or {},
        at=at,
    )
    record(f"whistles.{deed}", by=by, about=whistle, at=at)
    if in_cases and whistle.blown_at is not None:
        _note_cases(whistle, step, at)
    return step


def _note_cases(whistle: Whistle, step: WhistleStep, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        who = step.organisation.name if step.organisation else step.actor_label
        words = f"{whistle.number} · {who} · {DeedChoices(step.deed).label}"
    for link in WhistleCase.objects.filter(whistle=whistle).order_by("case_id"):
        note_case(case_id=link.case_id, words=words, by=BY, at=at)


def hold_cases(whistle: Whistle, at: datetime) -> None:
    """Their clocks stand still while it runs. An emergency's never does: it goes on, and has the whistle's lines in
    its timeline. Refused: held_already (another whistle runs for it), and what put_hold refuses."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Whistle %(number)s") % {"number": whistle.number}
    links = list(WhistleCase.objects.filter(whistle=whistle).order_by("case_id"))
    cases = Case.objects.select_for_update(of=("self",)).only("pk", "urgent").order_by("pk")
    urgent = dict(cases.filter(pk__in=[link.case_id for link in links]).values_list("pk", "urgent"))
    others = WhistleCase.objects.filter(case__in=list(urgent), whistle__state=WhistleState.RUNNING)
    if others.exclude(whistle=whistle).exists():
        raise Refused("held_already", _("A whistle runs for this case already."))
    for link in links:
        if urgent[link.case_id]:
            note_case(case_id=link.case_id, words=reason, by=BY, at=at)
            continue
        put_hold(case_id=link.case_id, kind=HELD, reason=reason, by=BY, at=at)
        link.held = True
        link.save(update_fields=["held"])


def release_cases(whistle: Whistle, at: datetime) -> None:
    """The clocks of its cases run on with what was left. One that runs already (an emergency) is passed over."""
    for link in (
        WhistleCase.objects.select_for_update().filter(whistle=whistle, held=True).order_by("case_id")
    ):
        with suppress(Refused):
            lift_hold(case_id=link.case_id, kind=HELD, reason=whistle.number, by=BY, at=at)
        link.held = False
        link.save(update_fields=["held"])


def tell(
    whistle: Whistle, people: Iterable[User], title: str, at: datetime, kind: str = "whistle.turn"
) -> None:
    """A line in each inbox; of an emergency also in quiet hours. Nothing of what was asked leaves the platform."""
    notify(
        people,
        title=f"{whistle.number} {title}",
        body=f"{whistle.kind} · {whistle.area.name}",
        link=f"/whistles/{whistle.number}/",
        kind=kind,
        at=at,
        urgent=whistle.kind.urgent,
    )


def told(fact: Fact, whistle: Whistle, call: WhistleCall | None = None) -> None:
    announce(fact, path=whistle.area_path, org_id=call.organisation_id if call else None)


def people_of(organisation_id: int, at: datetime, what: str = ANSWER) -> list[User]:
    """Its own people with the right."""
    rows = Grant.objects.reaching(timezone.localdate(at)).filter(
        organisation=organisation_id, role__permissions__contains=[what], user__is_active=True
    )
    return _users(rows.values_list("user_id", flat=True))


def leaders_of(organisation_id: int, at: datetime) -> list[User]:
    """Whoever holds the post of a leader there."""
    rows = Posting.objects.serving_on(timezone.localdate(at)).filter(
        organisation=organisation_id, kind=PostKind.LEADER
    )
    return _users(rows.values_list("user_id", flat=True))


def deciders(whistle: Whistle, at: datetime) -> list[User]:
    """Who decides on refusals for the place, from above the street."""
    rows = Grant.objects.reaching(timezone.localdate(at)).filter(
        organisation=None, role__permissions__contains=[DECIDE], user__is_active=True
    )
    street = whistle.street.path
    return _users(
        row.user_id
        for row in rows
        if row.path is None or (street.startswith(row.path) and row.path != street)
    )


def with_right(whistle: Whistle, what: str, at: datetime) -> list[User]:
    """Those of the street and below it whose right reaches the place by area."""
    rows = Grant.objects.reaching(timezone.localdate(at)).filter(
        organisation=None,
        area__path__startswith=whistle.street.path,
        role__permissions__contains=[what],
        user__is_active=True,
    )
    return _users(row.user_id for row in rows if row.path and whistle.area_path.startswith(row.path))


def _users(ids: Iterable[int]) -> list[User]:
    return list(User.objects.filter(pk__in=list(dict.fromkeys(ids))[:TOLD_AT_MOST]).order_by("pk"))
