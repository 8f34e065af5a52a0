"""How exactly a matter may be shown to everybody: public.yaml, read and asked."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

import yaml

from onegrid.cases.catalog.models import CaseClass


class Exactness(StrEnum):
    NEAR = "near"
    GRID = "grid"
    HIDDEN = "hidden"


NEAR_DECIMALS = 3  # of degrees: about 100 metres, a corner and not a door


@dataclass(frozen=True)
class Publishing:
    """What holds on one day. `days`: how old a report may be."""

    otherwise: Exactness
    days: int
    classes: dict[tuple[str, str], Exactness]

    def exactness(self, case_class: CaseClass | None) -> Exactness:
        """By kind and major class, the first two digits of the code; without a class what is not named."""
        if case_class is None:
            return self.otherwise
        return self.classes.get((case_class.kind, case_class.code[:2]), self.otherwise)


def publishing(day: date) -> Publishing:
    """The block that began last; for days before the first, the first."""
    blocks = _blocks()
    begun = [block for block in blocks if block[0] <= day]
    return (begun or blocks[:1])[-1][1]


@lru_cache(maxsize=1)
def _blocks() -> list[tuple[date, Publishing]]:
    rows = yaml.safe_load(files(__package__).joinpath("public.yaml").read_text("utf-8"))
    found = []
    for row in rows:
        named = {
            (kind, major): Exactness(said)
            for kind, majors in row["classes"].items()
            for major, said in majors.items()
        }
        block = Publishing(Exactness(row["else"]), row["days"], named)
        found.append((date.fromisoformat(row["valid_from"]), block))
    return sorted(found, key=lambda one: one[0])
