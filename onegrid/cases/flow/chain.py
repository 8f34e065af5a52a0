"""What makes the timeline provable: each step's keyed hash covers its content and the step before."""

from collections.abc import Iterable
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


def step_hash(step: Step, number: str, photos: Iterable[tuple[str, str]]) -> str:
    """`photos`: (kind, SHA-256 of the stored file) in order. Binds the step to its case by the case's number."""
    content: dict[str, Any] = {name: getattr(step, name) for name in CONTENT}
    content |= {"at": step.at.timestamp(), "case": number, "photos": [list(photo) for photo in photos]}
    return keyed(canonical(content))


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
