"""Writing a planned cut, having it confirmed, and what becomes of it."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from onegrid.accounts.duties.queries import on_duty
from onegrid.accounts.identity.models import User
from onegrid.accounts.notices.actions import notify
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.registry.cuts import rules
from onegrid.registry.cuts.access import WRITE
from onegrid.registry.cuts.confirming import confirming
from onegrid.registry.cuts.facts import CutAnnounced, CutChanged
from onegrid.registry.cuts.models import Cut, CutChange, Supply
from onegrid.registry.cuts.queries import confirmers, needed
from onegrid.registry.cuts.rules import State, Verb
from onegrid.registry.dwellings import queries as dwellings

REASON_MAX = 200


@transaction.atomic
def write_cut(
    *,
    compound_id: int,
    supply: str,
    reason: str,
    starts_at: datetime,
    ends_at: datetime,
    building_ids: Sequence[int] = (),
    phone: str = "",
    by: Actor,
    at: datetime,
) -> Cut:
    """起草: a cut of the whole compound, or of some buildings. Nobody is told yet.

    Refused: unknown_supply, reason_needed, reason_too_long, ends_before_it_starts, already_over,
    building_of_another_compound.
    """
    today = timezone.localdate(at)
    compound = dwellings.compound(compound_id, viewer=by, day=today, what=WRITE)
    if supply not in Supply.values:
        raise Refused("unknown_supply", _("There is no such supply."), supply=supply)
    _check_reason(reason)
    _check_times(starts_at, ends_at, at)
    there = {one.pk: one for one in dwellings.buildings_of(compound.pk)}
    if any(one not in there for one in building_ids):
        raise Refused("building_of_another_compound", _("This building is not part of the compound."))
    cut = Cut.objects.create(
        compound=compound,
        supply=supply,
        reason=reason.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        phone=phone.strip()[:32],
        firm_id=compound.manager_id,
        state=State.DRAFT,
    )
    cut.buildings.set(sorted(set(building_ids)))
    _line(cut, Verb.WRITE, "", by, at)
    return cut


@transaction.atomic
def send_cut(*, cut_id: int, seen_version: int | None = None, by: Actor, at: datetime) -> Cut:
    """To the community where the rule asks for its word, else to the residents at once."""
    cut = _locked(cut_id, Verb.SEND, seen_version, by, at)
    _check_times(cut.starts_at, cut.ends_at, at)
    asked = confirming(timezone.localdate(at)).confirm
    cut.state = rules.sent(cut.supply, asked)
    _moved(cut, Verb.SEND, "", by, at)
    if cut.state == State.PUBLISHED:
        _announced(cut, at)
    else:
        people = confirmers(cut.compound, timezone.localdate(at))
        _tell(people, gettext_noop("Please confirm a planned cut: %(what)s"), cut, at)
    return cut


@transaction.atomic
def confirm_cut(*, cut_id: int, seen_version: int | None = None, by: Actor, at: datetime) -> Cut:
    """The community's word: residents are told from now on. Refused besides the common ones: already_over."""
    cut = _locked(cut_id, Verb.CONFIRM, seen_version, by, at)
    _check_times(cut.starts_at, cut.ends_at, at)
    cut.state = State.PUBLISHED
    _moved(cut, Verb.CONFIRM, "", by, at)
    _announced(cut, at)
    return cut


@transaction.atomic
def refuse_cut(*, cut_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime) -> Cut:
    """Back to the firm, with a reason."""
    _check_reason(reason)
    cut = _locked(cut_id, Verb.REFUSE, seen_version, by, at)
    cut.state = State.DRAFT
    _moved(cut, Verb.REFUSE, reason, by, at)
    return cut


@transaction.atomic
def prolong_cut(
    *, cut_id: int, ends_at: datetime, reason: str, seen_version: int | None = None, by: Actor, at: datetime
) -> Cut:
    """It lasts longer than was told. Refused besides the common ones: not_longer."""
    _check_reason(reason)
    cut = _locked(cut_id, Verb.PROLONG, seen_version, by, at)
    if ends_at <= cut.ends_at:
        raise Refused("not_longer", _("The new end must be later than the one that was told."))
    before, cut.ends_at = cut.ends_at, ends_at
    _moved(cut, Verb.PROLONG, reason, by, at, ends=(before, ends_at))
    announce(CutChanged(cut.pk, Verb.PROLONG), path=cut.area_path, org_id=cut.firm_id)
    return cut


@transaction.atomic
def cancel_cut(*, cut_id: int, reason: str, seen_version: int | None = None, by: Actor, at: datetime) -> Cut:
    """It does not take place. What has begun is ended by `restore_cut` instead."""
    _check_reason(reason)
    cut = _locked(cut_id, Verb.CANCEL, seen_version, by, at)
    was_told = cut.state == State.PUBLISHED
    cut.state, cut.ended_at = State.CANCELLED, at
    _moved(cut, Verb.CANCEL, reason, by, at, ends=(cut.ends_at, None) if was_told else None)
    if was_told:
        announce(CutChanged(cut.pk, Verb.CANCEL), path=cut.area_path, org_id=cut.firm_id)
    return cut


@transaction.atomic
def restore_cut(
    *, cut_id: int, reason: str = "", seen_version: int | None = None, by: Actor, at: datetime
) -> Cut:
    """The supply is back before the time that was told."""
    cut = _locked(cut_id, Verb.RESTORE, seen_version, by, at)
    cut.state, cut.ended_at = State.RESTORED, at
    _moved(cut, Verb.RESTORE, reason, by, at, ends=(cut.ends_at, at))
    announce(CutChanged(cut.pk, Verb.RESTORE), path=cut.area_path, org_id=cut.firm_id)
    return cut


def _locked(cut_id: int, verb: Verb, seen_version: int | None, by: Actor, at: datetime) -> Cut:
    """Locked for this verb: in reach, nobody was faster, and the rules allow it at this moment."""
    rows = Cut.objects.select_for_update(of=("self",)).select_related("compound")
    cut = rows.filter(pk=cut_id).first()
    today = timezone.localdate(at)
    dwellings.compound(cut.compound_id if cut else 0, viewer=by, day=today, what=needed(verb))
    if cut is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if seen_version is not None and seen_version != cut.version:
        raise Refused("changed_meanwhile", _("Somebody changed it meanwhile. Please look at it again."))
    if verb not in rules.verbs(State(cut.state), cut.starts_at, cut.ends_at, at):
        raise Refused("step_not_allowed", _("This cannot be done with the cut now."), state=cut.state)
    return cut


def _moved(
    cut: Cut,
    verb: Verb,
    reason: str,
    by: Actor,
    at: datetime,
    ends: tuple[datetime, datetime | None] | None = None,
) -> None:
    cut.version += 1
    cut.save(update_fields=["state", "ends_at", "ended_at", "version"])
    _line(cut, verb, reason, by, at, ends)


def _line(
    cut: Cut,
    verb: Verb,
    reason: str,
    by: Actor,
    at: datetime,
    ends: tuple[datetime, datetime | None] | None = None,
) -> None:
    before, after = ends or (None, None)
    CutChange.objects.create(
        cut=cut,
        verb=verb,
        reason=reason.strip(),
        ends_before=before,
        ends_after=after,
        by_key=by.actor_key,
        by_label=by.actor_label[:80],
        at=at,
    )
    record(f"cuts.{verb}", by=by, about=cut, at=at, reason=reason.strip(), details={"state": str(cut.state)})


def _announced(cut: Cut, at: datetime) -> None:
    """Residents see it from now on; who answers for the grid is told, because people will ask."""
    announce(CutAnnounced(cut.pk), path=cut.area_path, org_id=cut.firm_id)
    if cut.compound.grid_id is None:
        return
    ids = [one.user_id for one in on_duty(cut.compound.grid_id, at)][:5]
    _tell(list(User.objects.filter(pk__in=ids)), gettext_noop("A cut is announced: %(what)s"), cut, at)


def _tell(people: list[User], title: str, cut: Cut, at: datetime) -> None:
    if not people:
        return
    with translation.override(settings.LANGUAGE_CODE):
        when = (
            f"{timezone.localtime(cut.starts_at):%m-%d %H:%M} – {timezone.localtime(cut.ends_at):%m-%d %H:%M}"
        )
        notify(
            people,
            title=_(title) % {"what": f"{cut.compound.name} {cut.get_supply_display()}"},
            body=when,
            link=f"/property/cuts/{cut.pk}/",
            kind="cut",
            at=at,
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason_needed", _("Please give a reason."))
    if len(reason.strip()) > REASON_MAX:
        raise Refused("reason_too_long", _("Please use fewer words."), most=REASON_MAX)


def _check_times(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused("ends_before_it_starts", _("It must end after it starts."))
    if ends_at <= at:
        raise Refused("already_over", _("Its time is over already."))
