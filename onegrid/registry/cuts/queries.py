"""Reading cuts: what residents are told, and what those who look after a compound see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import Grant, User
from onegrid.kit.actors import Actor
from onegrid.kit.errors import NotFound
from onegrid.places.addresses.queries import find_addresses
from onegrid.registry.cuts import rules
from onegrid.registry.cuts.access import CONFIRM, WRITE
from onegrid.registry.cuts.models import Cut, CutChange
from onegrid.registry.dwellings import queries as dwellings
from onegrid.registry.dwellings.access import SEE
from onegrid.registry.dwellings.models import Building, Compound

MOST = 50
TOLD_MOST = 20
SHOWN_AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class CutStory:
    """`verbs`: what the viewer may do now."""

    cut: Cut
    changes: list[CutChange]
    verbs: list[rules.Verb]


def told(*, at: datetime, lon: float | None = None, lat: float | None = None, address: str = "") -> list[Cut]:
    """What residents are told now: announced, not over, beginning within two weeks; the first to begin first.

    With a place only what concerns it: its compound, and, where the address names a building, that building.
    """
    rows = Cut.objects.filter(
        state=rules.State.PUBLISHED, ends_at__gt=at, starts_at__lt=at + SHOWN_AHEAD
    ).select_related("compound").prefetch_related("buildings")  # fmt: skip
    if (lon is not None and lat is not None) or address:
        compound, building = _place(lon, lat, address)
        if compound is None:
            return []
        rows = rows.filter(compound=compound)
        if building is not None:
            rows = rows.filter(Q(buildings=None) | Q(buildings=building)).distinct()
    return list(rows.order_by("starts_at", "id")[:TOLD_MOST])


def _place(lon: float | None, lat: float | None, address: str) -> tuple[Compound | None, Building | None]:
    if lon is not None and lat is not None:
        return dwellings.compound_at(lon, lat), None
    hit = next(iter(find_addresses(address, limit=1)), None)
    if hit is None:
        return None, None
    above = [int(part) for part in hit.address.path.split(".") if part]
    return dwellings.compound_of(hit.address), Building.objects.filter(address__in=above).first()


def told_cut(pk: int) -> tuple[Cut, list[CutChange]]:
    """One that residents were told of, with what changed since. NotFound for drafts and for what was never told."""
    cut = Cut.objects.select_related("compound", "firm").prefetch_related("buildings").filter(pk=pk).first()
    changes = list(CutChange.objects.filter(cut=pk)[:MOST]) if cut else []
    if cut is None or not was_told(cut, changes):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    public = (rules.Verb.PROLONG, rules.Verb.CANCEL, rules.Verb.RESTORE)
    return cut, [one for one in changes if one.verb in public]


def was_told(cut: Cut, changes: Iterable[CutChange]) -> bool:
    """Whether residents were told of it: announced now, or ended after it was."""
    if cut.state in (rules.State.PUBLISHED, rules.State.RESTORED):
        return True
    return cut.state == rules.State.CANCELLED and any(
        one.verb == rules.Verb.CANCEL and one.ends_before is not None for one in changes
    )


def cuts_of(compound_id: int) -> list[Cut]:
    """Of a compound, the newest first; whoever asks was let to the compound before."""
    rows = Cut.objects.filter(compound=compound_id).select_related("compound").prefetch_related("buildings")
    return list(rows.order_by("-starts_at")[:MOST])


def cuts_waiting(*, viewer: Actor, today: date) -> list[Cut]:
    """Those that wait for a word the viewer may give."""
    if not viewer.scope(CONFIRM).reaches:
        return []
    within = dwellings.in_reach(viewer, CONFIRM, today).values("pk")
    rows = Cut.objects.filter(state=rules.State.WAITING, compound__in=within).select_related("compound")
    return list(rows.prefetch_related("buildings").order_by("id")[:MOST])


def cut_story(pk: int, *, viewer: Actor, at: datetime, today: date) -> CutStory:
    cut = Cut.objects.select_related("compound", "firm").prefetch_related("buildings").filter(pk=pk).first()
    compound = dwellings.compound(cut.compound_id if cut else 0, viewer=viewer, day=today, what=SEE)
    assert cut is not None  # there is no compound 0
    possible = rules.verbs(rules.State(cut.state), cut.starts_at, cut.ends_at, at)
    may = [
        verb
        for verb in possible
        if viewer.scope(needed(verb)).covers(compound.area_path, compound.manager_id)
    ]
    return CutStory(cut, list(cut.changes.all()[:MOST]), may)


def needed(verb: rules.Verb) -> str:
    return CONFIRM if verb in rules.BY_CONFIRMER else WRITE


def confirmers(compound: Compound, day: date) -> list[User]:
    """Whose word is nearest: those of the smallest area that may confirm cuts at the compound."""
    above = [int(part) for part in compound.area_path.split(".") if part]
    grants = Grant.objects.reaching(day).filter(
        area__in=above, organisation=None, role__permissions__contains=[CONFIRM], user__left_at=None
    )
    found = list(grants.select_related("user", "area")[:100])
    deepest = max((len(one.area.path) for one in found if one.area), default=0)
    return [one.user for one in found if one.area and len(one.area.path) == deepest][:20]
