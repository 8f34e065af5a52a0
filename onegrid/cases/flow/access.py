"""Who may do what with a case. A case of another street, or of another unit, is not there at all."""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import F
from django.utils.translation import gettext as _

from onegrid.cases.flow.models import (
    MOVED_ON,
    OPEN_OFFERS,
    Application,
    Assist,
    AssistState,
    Case,
    LevelChoices,
    Offer,
    OfferState,
    StageClock,
)
from onegrid.cases.flow.rules import (
    BY_THE_CENTRE,
    BY_THE_OTHER,
    BY_THE_UNIT,
    LED,
    OFFERABLE,
    PUSH,
    Level,
    State,
    Verb,
    higher,
    not_below,
    stays_in,
    verbs_from,
)
from onegrid.kit.actors import EVERYTHING, NOTHING, Actor, Scope, require
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.places.areas.kinds import GRIDS, AreaKind
from onegrid.places.areas.models import Area

SEE = "cases.see"
REPORT = "cases.report"
VERIFY = "cases.verify"
FILE = "cases.file"
DISPATCH = "cases.dispatch"
HANDLE = "cases.handle"
CHECK = "cases.check"
CLOSE = "cases.close"
CANCEL = "cases.cancel"
CONTACT = "cases.contact"
ESCALATE = "cases.escalate"
ALARM = "cases.alarm"
REOPEN = "cases.reopen"
ARBITRATE = "cases.arbitrate"
PRESS = "cases.press"
NOTE = "cases.note"
APPLY = "cases.apply"
DECIDE = "cases.decide"
APPROVE = "cases.approve"
MERGE = "cases.merge"
EXPORT = "cases.export"
PRIVACY = "privacy.answer"  # for whoever answers what people ask about their own data

NEEDED: dict[Verb, str] = {
    Verb.VERIFY: VERIFY,
    Verb.SETTLE: VERIFY,
    Verb.FILE: FILE,
    Verb.DISPATCH: DISPATCH,
    Verb.HANDLE: HANDLE,
    Verb.RETURN: HANDLE,
    Verb.CHECK: CHECK,
    Verb.CLOSE: CLOSE,
    Verb.CANCEL: CANCEL,
    Verb.ESCALATE: ESCALATE,
    Verb.HAND_DOWN: ESCALATE,
    Verb.RAISE_ALARM: ALARM,
    Verb.REOPEN: REOPEN,
    Verb.WITHDRAW: CANCEL,  # for the reporter, whose own code is his right, there is a road of its own
    Verb.OBJECT: HANDLE,
    Verb.ARBITRATE: ARBITRATE,
    Verb.ASK_HELP: HANDLE,
    Verb.GIVE_HELP: HANDLE,
    Verb.PRESS: PRESS,
    Verb.NOTE: NOTE,
    Verb.RATE: CANCEL,
    Verb.APPLY: APPLY,
    Verb.DECIDE: DECIDE,
    Verb.TAKE_BACK: APPLY,
    Verb.RECALL: DISPATCH,  # or HANDLE, see `needed`
    Verb.HOLD: DECIDE,
    Verb.RESUME: DECIDE,
    Verb.MERGE: MERGE,
    Verb.UNMERGE: MERGE,
    Verb.LINK: MERGE,
    Verb.UNLINK: MERGE,
    Verb.OFFER: ESCALATE,
    Verb.CALL_OFF: ESCALATE,
    Verb.TAKE_OVER: ESCALATE,
    Verb.DECLINE: ESCALATE,
    Verb.AWARD: ARBITRATE,
}


@dataclass(frozen=True)
class Resident:
    """Somebody without an account: may report, and nothing else."""

    actor_key: str = "public:resident"

    @property
    def actor_label(self) -> str:
        return _("Resident")

    def scope(self, what: str) -> Scope:
        return EVERYTHING if what == REPORT else NOTHING


@dataclass(frozen=True)
class FollowingResident(Resident):
    """Somebody who follows a case, by the code of their own: told apart in the timeline, unnamed."""

    @classmethod
    def of(cls, follower_id: int) -> "FollowingResident":
        return cls(f"public:follower:{follower_id}")

    @property
    def actor_label(self) -> str:
        return _("Somebody who follows it")


@dataclass(frozen=True)
class PhoneHolder(Resident):
    """Somebody who showed that a phone is theirs: sees what was left with it. `phone_index`: its keyed hash."""

    actor_key: str = "public:phone"
    phone_index: str = ""


def needed(state: State, verb: Verb) -> str:
    """The permission for a verb: rework is the checker's after handling, the closer's after the check."""
    if verb == Verb.REWORK:
        return CHECK if state == State.HANDLED else CLOSE
    if verb == Verb.RECALL and state in PUSH:  # who may push it on may take it back
        return NEEDED[PUSH[state]]
    return NEEDED[verb]


def speaks_for(by: Actor, application: Application) -> bool:
    """Who made it, and whoever may apply for the same unit: people are on leave, a unit is not."""
    if by.actor_key == application.asked_by.actor_key:
        return True
    return application.org_id is not None and any(
        reach.org_id == application.org_id for reach in by.scope(APPLY).reaches
    )


def require_case(by: Actor, what: str, case: Case) -> None:
    """In scope by place or unit; a helping unit's people see the case as well, and a unit that was late with it."""
    if not by.scope(what).covers(case.area_path, case.unit_id):
        if what == SEE and (helps(by, case) or offered_to(by, case)):
            return
        if what in (SEE, APPLY) and was_late(by, case):
            return
    require(by, what, path=case.area_path, org_id=case.unit_id)


def helps(by: Actor, case: Case, *, now: bool = False) -> bool:
    """Whether one of this person's units is (`now`), or was, asked to help with it: a unit of their own, or one whose
    whole area they reach, be it another street's."""
    scope = by.scope(HANDLE if now else SEE)
    if not scope.reaches:
        return False
    states = [AssistState.ASKED] if now else [AssistState.ASKED, AssistState.DONE]
    asked = Assist.objects.filter(case=case, state__in=states).values_list("org__area__path", "org_id")
    return any(scope.covers(path, org_id) for path, org_id in asked)


def open_offer(case: Case) -> Offer | None:
    """The offer of this case that nobody has decided yet."""
    if not case.offered:
        return None
    return Offer.objects.select_related("to_org").filter(case=case, state__in=OPEN_OFFERS).first()


def offered_to(by: Actor, case: Case) -> bool:
    """Whether the case is offered to a centre whose whole area this person reaches, while that is open; or was led by
    a centre of theirs before another street took it over."""
    scope = by.scope(SEE)
    if not scope.reaches:
        return False
    rows = Offer.objects.filter(case=case, state__in=(*OPEN_OFFERS, *MOVED_ON))
    for state, to_path, to_org, from_path in rows.values_list("state", "to_path", "to_org", "from_path"):
        if state in OPEN_OFFERS and case.state in OFFERABLE and scope.covers(to_path, to_org):
            return True
        if state in MOVED_ON and scope.covers(from_path):
            return True
    return False


def may_answer(by: Actor, offer: Offer) -> bool:
    """Whoever passes cases up and down for the centre that is asked."""
    return offer.state == OfferState.WAITING and by.scope(ESCALATE).covers(offer.to_path, offer.to_org_id)


def may_award(by: Actor, offer: Offer) -> bool:
    """Whoever decides duties for an area that holds both sides."""
    return offer.state == OfferState.DISPUTED and any(
        reach.org_id is None
        and (reach.path is None or (bool(offer.common_path) and reach.covers(offer.common_path, None)))
        for reach in by.scope(ARBITRATE).reaches
    )


def was_late(by: Actor, case: Case) -> bool:
    """Whether one of this person's units ran over its time with a case that is closed now: it may appeal."""
    own = [reach.org_id for reach in by.scope(APPLY).reaches if reach.org_id is not None]
    if not own or case.state != State.CLOSED:
        return False
    late = StageClock.objects.filter(case=case, org__in=own, stopped_at__gt=F("due_at"))
    return late.exists()


def answers_for(by: Actor, case: Case, clock: StageClock) -> bool:
    """Whether somebody may ask for something about this clock: for the unit whose it is, or for the place."""
    return by.scope(APPLY).covers(case.area_path, clock.org_id or case.unit_id)


def require_report(by: Actor) -> None:
    """Reporting has no place: whoever may report may do so wherever the matter is."""
    if not by.scope(REPORT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=REPORT)


def reads_words(viewer: Actor) -> bool:
    """People read what was written. An application says itself whether somebody wrote down what for (0051)."""
    return bool(getattr(viewer, "reads_words", True))


def require_report_here(by: Actor, path: str) -> None:
    """People report wherever the matter is; who is `bounded`, an application let in for an area, only there."""
    if not getattr(by, "bounded", False):
        return
    if not any(reach.path is None or path.startswith(reach.path) for reach in by.scope(REPORT).reaches):
        raise Refused("outside_your_area", _("This application may report in its own area only."))


LEVEL_OF_KIND = {
    **dict.fromkeys(GRIDS, Level.GRID),
    AreaKind.COMMUNITY: Level.COMMUNITY,
    AreaKind.WORK_AREA: Level.COMMUNITY,
    AreaKind.STREET: Level.STREET,
    AreaKind.DISTRICT: Level.DISTRICT,
}


def level_of_area(area_id: int) -> Level:
    kind = kind_of_area(area_id)
    return LEVEL_OF_KIND.get(kind, Level.CITY) if kind else Level.GRID


def kind_of_area(area_id: int) -> AreaKind | None:
    """None for one that is not there (any more, or yet: that is not remembered)."""
    try:
        return _kind_of_area(area_id)
    except Area.DoesNotExist:
        return None


@lru_cache(maxsize=65_536)
def _kind_of_area(area_id: int) -> AreaKind:
    """The kind of an area never changes: one that is redrawn is a new row."""
    return AreaKind(Area.objects.values_list("kind", flat=True).get(pk=area_id))


def level_of(by: Actor, what: str, case: Case) -> Level | None:
    """How high somebody stands with this right over this case, by the area it was given for.

    None: only through the case's unit, as one of its people.
    """
    found: list[Level] = []
    for reach in by.scope(what).reaches:
        if not reach.covers(case.area_path, case.unit_id) or reach.org_id is not None:
            continue
        found.append(level_of_area(int(reach.path.split(".")[-2])) if reach.path else Level.CITY)
    return higher(*found) if found else None


def level_needed(verb: Verb, case: Case) -> Level | None:
    """The lowest level that may take the step; None: any. Closing: the class says who may, and who leads above it."""
    level = Level(case.level)
    if verb == Verb.CLOSE:
        close_level = Level(case.case_class.close_level) if case.case_class else Level.STREET
        return higher(close_level, level)
    if verb in BY_THE_CENTRE:
        return higher(Level.STREET, level)
    return level if verb in LED or verb in BY_THE_UNIT else None


def high_enough(by: Actor, verb: Verb, what: str, case: Case) -> bool:
    lowest = level_needed(verb, case)
    if lowest is None:
        return True
    stands = level_of(by, what, case)
    if stands is None or (verb in BY_THE_UNIT and _through_unit(by, what, case)):
        return verb in BY_THE_UNIT
    return not_below(stands, lowest)


def _through_unit(by: Actor, what: str, case: Case) -> bool:
    return any(
        reach.org_id is not None and reach.covers(case.area_path, case.unit_id)
        for reach in by.scope(what).reaches
    )


def may_ask_reporter(viewer: Actor, case: Case) -> bool:
    """Who may see the contact; of a confidential report (GB/T 33358 by description) only the centre and above."""
    if not viewer.scope(CONTACT).covers(case.area_path, case.unit_id):
        return False
    stands = level_of(viewer, CONTACT, case)
    return not case.secret or (stands is not None and not_below(stands, Level.STREET))


def require_level(by: Actor, verb: Verb, what: str, case: Case) -> None:
    """NotAllowed `level_too_low`: the case is led, or its class closed, at a higher level."""
    if not high_enough(by, verb, what, case):
        raise NotAllowed(
            "level_too_low",
            _("This is decided at a higher level: %(level)s.")
            % {"level": LevelChoices(level_needed(verb, case) or case.level).label},
            what=what,
        )


def verbs_for(viewer: Actor, case: Case) -> list[Verb]:
    """What this person may do with this case now: what moves it first."""
    state = State(case.state)
    check_needed = case.case_class is None or case.case_class.check_needed
    possible = verbs_from(state, has_unit=case.unit_id is not None, check_needed=check_needed) + stays_in(
        state
    )
    offer = open_offer(case)
    return [
        verb
        for verb in possible
        if (_of_offer(viewer, verb, offer) if verb in BY_THE_OTHER else _may(viewer, state, verb, case))
    ]


def _of_offer(viewer: Actor, verb: Verb, offer: Offer | None) -> bool:
    if offer is None:
        return False
    return may_award(viewer, offer) if verb == Verb.AWARD else may_answer(viewer, offer)


def _may(viewer: Actor, state: State, verb: Verb, case: Case) -> bool:
    if verb == Verb.GIVE_HELP:
        return helps(viewer, case, now=True)
    if verb in BY_THE_CENTRE and case.offered != (verb == Verb.CALL_OFF):
        return False
    what = needed(state, verb)
    if what == APPLY and not viewer.scope(what).covers(case.area_path, case.unit_id):
        return was_late(viewer, case)
    return viewer.scope(what).covers(case.area_path, case.unit_id) and high_enough(viewer, verb, what, case)
