"""What makes the timeline provable: each step's keyed hash covers its content and the step before."""

from collections.abc import Iterable
from json.encoder import encode_basestring
from math import isfinite
from typing import Any

from onegrid.cases.flow.models import Case, Step
from onegrid.kit.audit.sealing import canonical, keyed

CONTENT = (
    "position",
    "verb",
    "from_state",
    "to_state",
    "actor_key",
    "actor_label",
    "post",
    "org_id",
    "org_name",
    "to_org_id",
    "to_user_id",
    "to",
    "words",
    "details",
    "prev_hash",
)
_NAMES = sorted((*CONTENT, "at", "case", "photos"))
_FORM = "{" + ",".join(f'"{name}":%s' for name in _NAMES) + "}"


def step_hash(step: Step, number: str, photos: Iterable[tuple[str, str]]) -> str:
    """`photos`: (kind, SHA-256 of the stored file) in order. Binds the step to its case by the case's number."""
    return keyed(step_content(step, number, photos))


def step_content(step: Step, number: str, photos: Iterable[tuple[str, str]]) -> bytes:
    """The canonical spelling of what the hash covers; its names are known, so that nothing has to be sorted."""
    known: dict[str, Any] = {
        "at": step.at.timestamp(),
        "case": number,
        "photos": [list(photo) for photo in photos],
    }
    return (_FORM % tuple([_spelt(known[n] if n in known else getattr(step, n)) for n in _NAMES])).encode()


def _spelt(value: Any) -> str:
    """As `canonical` spells it, at a tenth of the cost for what most values are."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return encode_basestring(value)
    if value.__class__ is int:
        return str(value)
    if value.__class__ is float and isfinite(value):
        return str(int(value)) if value.is_integer() else repr(value)
    if value == []:
        return "[]"
    return "{}" if value == {} else canonical(value).decode()


def first_hash(number: str) -> str:
    """What the first step of a case is chained to."""
    return keyed(f"case {number}".encode())


def case_seal(case: Case, last_hash: str) -> str:
    """Over what the last step left behind: a cut tail or a state set by hand does not fit."""
    return keyed(
        canonical(
            [
                case.number,
                case.version,
                case.state,
                case.unit_id,
                case.case_class_id,
                case.standard_id,
                last_hash,
            ]
        )
    )


def report_hash(case: Case) -> str:
    """Over what was reported, kept in the first step: words changed later are found."""
    place = [case.point.x, case.point.y] if case.point else None
    return keyed(canonical([case.number, case.channel, case.text, case.address, place, case.area_path]))
