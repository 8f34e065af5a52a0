"""Who may do what with a case. A case of another street, or of another unit, is not there at all."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State, Verb, verbs_from
from onegrid.kit.actors import EVERYTHING, NOTHING, Actor, Scope, require
from onegrid.kit.errors import NotAllowed

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
    Verb.HOLD: DECIDE,
    Verb.RESUME: DECIDE,
    Verb.MERGE: MERGE,
    Verb.UNMERGE: MERGE,
    Verb.LINK: MERGE,
    Verb.UNLINK: MERGE,
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


def needed(state: State, verb: Verb) -> str:
    """The permission for a verb: rework is the checker's after handling, the closer's after the check."""
    if verb == Verb.REWORK:
        return CHECK if state == State.HANDLED else CLOSE
    return NEEDED[verb]


def require_case(by: Actor, what: str, case: Case) -> None:
    require(by, what, path=case.area_path, org_id=case.unit_id)


def require_report(by: Actor) -> None:
    """Reporting has no place: whoever may report may do so wherever the matter is."""
    if not by.scope(REPORT).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=REPORT)


def verbs_for(viewer: Actor, case: Case) -> list[Verb]:
    """What this person may do with this case now."""
    state = State(case.state)
    return [
        verb
        for verb in verbs_from(state, has_unit=case.unit_id is not None)
        if viewer.scope(needed(state, verb)).covers(case.area_path, case.unit_id)
    ]
