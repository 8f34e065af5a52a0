"""How a case stands before a step: the row, locked, and everything else that a step reads, in one question."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass, Standard
from onegrid.cases.flow.chain import first_hash
from onegrid.cases.flow.models import (
    ApplicationKind,
    ApplicationState,
    Case,
    StageClock,
    Step,
)
from onegrid.kit.actors import Actor
from onegrid.kit.statements import Columns, ask, ask_all, join, next_id, sequence_of
from onegrid.places.areas.models import Area

# The lock is a statement of its own: one that waits for a lock reads everything else as it was before it waited.
_LOCK = "SELECT 1 FROM cases_case WHERE id = $1::bigint FOR UPDATE"


GRID = Columns(Area, only=["id", "kind", "code", "name", "path"])


@dataclass
class Post:
    """What the timeline keeps of the one who acts; words in the language of the house."""

    post: str = ""
    org_id: int | None = None
    org_name: str = ""


@dataclass
class Standing:
    """`position`, `hash`: of the last step. `kept`: the columns as they are in the database."""

    position: int
    hash: str
    clock: StageClock | None
    post: Post | None
    kept: dict[str, Any]
    step_ids: list[int] = field(default_factory=list)
    clock_ids: list[int] = field(default_factory=list)

    def next_step_id(self) -> int:
        return self.step_ids.pop() if self.step_ids else next_id(Step)

    def next_clock_id(self) -> int:
        return self.clock_ids.pop() if self.clock_ids else next_id(StageClock)

    def moved_on(self, case: Case, step: Step, clock: StageClock | None) -> None:
        """The step is written; the next of the same transaction stands on it, and asks anew who acts."""
        self.position, self.hash, self.clock, self.post = step.position, step.hash, clock, None
        self.kept = columns_now(case)

    def changed(self, case: Case) -> list[str]:
        """Attribute names of the columns that were set since the row was read."""
        now = case.__dict__
        return [
            name
            for name in case_columns()
            if name in now and (name not in self.kept or now[name] != self.kept[name])
        ]


@cache
def case_columns() -> tuple[str, ...]:
    return tuple(f.attname for f in Case._meta.concrete_fields if not f.primary_key)


def columns_now(case: Case) -> dict[str, Any]:
    return {name: case.__dict__[name] for name in case_columns() if name in case.__dict__}


def locked(case_id: int, by: Actor, at: datetime) -> Case | None:
    """The case, locked to the end of the transaction, with unit, class, standard, grid and its `standing`."""
    user_id = str(by.pk) if isinstance(by, User) else None
    given = [str(case_id), user_id, timezone.localdate(at).isoformat()]
    found = ask_all((_LOCK, [str(case_id)]), (_read().query, given))[1]
    return _read().case(found[0]) if found else None


def standing_of(case: Case) -> Standing:
    """What `locked` read; a case that came another way is asked now."""
    found = case.__dict__.get("_standing")
    if found is None:
        last = case.steps.last()
        clock = StageClock.objects.filter(case=case, stopped_at=None).first()
        found = Standing(
            last.position if last else 0,
            last.hash if last else first_hash(case.number),
            clock,
            None,
            columns_now(case),
        )
        stand(case, found)
    return found


def clock_known(case: Case) -> StageClock | None:
    """The running clock, where it was read already."""
    found = case.__dict__.get("_standing")
    return found.clock if found is not None else None


def objectors(case: Case) -> set[int]:
    """Units that said on this case that it is not their duty, stand by it, and were not told otherwise."""
    return {unit_id for _case_id, unit_id in objections([case.pk]) if unit_id is not None}


def objections(case_ids: Sequence[int]) -> set[tuple[int, int | None]]:
    """(case, unit) for many cases; one query."""
    ids = "{" + ",".join(map(str, case_ids)) + "}"
    return {(case_id, org_id) for case_id, org_id in ask(_OBJECTIONS, [ids])}


_OBJECTIONS = f"""
SELECT case_id, org_id FROM cases_application
WHERE case_id = ANY($1::bigint[]) AND kind = '{ApplicationKind.OBJECTION.value}'
    AND state NOT IN ('{ApplicationState.REFUSED.value}', '{ApplicationState.TAKEN_BACK.value}')
"""


def stand(case: Case, standing: Standing) -> None:
    case.__dict__["_standing"] = standing


def post_in_words(kind: str | None, org_id: int | None, org_name: str | None) -> Post:
    return Post() if kind is None else Post(_word_of_the_house(kind), org_id, org_name or "")


@cache
def _word_of_the_house(kind: str) -> str:
    """Kept words do not depend on who looked."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(PostKind(kind).label)


class _Read:
    """The statement, and what its columns mean."""

    def __init__(self) -> None:
        sealed_or_drawn = ["reporter_name", "reporter_phone", "point"]
        self.parts: dict[str, Columns] = {
            "c": Columns(Case, without=sealed_or_drawn),
            "unit": Columns(Organisation, without=["point"]),
            "class": Columns(CaseClass),
            "standard": Columns(Standard),
            "grid": GRID,
            "clock": Columns(StageClock),
        }
        names = {"class": "matter", "standard": "norm"}
        listed = ",\n    ".join(part.of(names.get(name, name)) for name, part in self.parts.items())
        self.query = f"""
SELECT {listed},
    last.position, last.hash, post.kind, post.organisation_id, post.name,
    nextval('{sequence_of(Step)}'), nextval('{sequence_of(StageClock)}')
FROM cases_case c
LEFT JOIN accounts_organisation unit ON unit.id = c.unit_id
LEFT JOIN cases_caseclass matter ON matter.id = c.case_class_id
LEFT JOIN cases_standard norm ON norm.id = c.standard_id
LEFT JOIN places_area grid ON grid.id = c.grid_id
LEFT JOIN cases_stageclock clock ON clock.case_id = c.id AND clock.stopped_at IS NULL
LEFT JOIN LATERAL (
    SELECT position, hash FROM cases_step WHERE case_id = c.id ORDER BY position DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL ({POST.format(user="$2", day="$3")}) post ON true
WHERE c.id = $1::bigint
"""

    def case(self, row: tuple) -> Case:
        made: dict[str, Any] = {}
        at = 0
        for name, part in self.parts.items():
            made[name] = part.made_or_none(row[at : at + len(part)])
            at += len(part)
        case: Case = made["c"]
        for name in ("unit", "standard", "grid"):
            join(case, name, made[name])
        join(case, "case_class", made["class"])
        if made["clock"] is not None:
            join(made["clock"], "case", case)
        position, hashed, kind, org_id, org_name, step_id, clock_id = row[at:]
        stand(
            case,
            Standing(
                position or 0,
                hashed or first_hash(case.number),
                made["clock"],
                post_in_words(kind, org_id, org_name),
                columns_now(case),
                [step_id],
                [clock_id],
            ),
        )
        return case


# The first of the posts that a user holds on the day (PostingQuerySet.serving_on).
POST = """
    SELECT posting.kind, posting.organisation_id, org.name
    FROM accounts_posting posting
    JOIN accounts_user person ON person.id = posting.user_id
    JOIN accounts_organisation org ON org.id = posting.organisation_id
    WHERE posting.user_id = {user}::bigint AND person.is_active AND person.left_at IS NULL
        AND posting.valid_from <= {day}::date AND (posting.valid_to IS NULL OR posting.valid_to > {day}::date)
    ORDER BY posting.id LIMIT 1
"""


@cache
def _read() -> _Read:
    return _Read()
