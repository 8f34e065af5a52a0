"""The life of a sheet. Pure."""

from enum import StrEnum


class SheetState(StrEnum):
    DRAFT = "draft"  # 草稿
    PUBLISHED = "published"  # 已发布
    WITHDRAWN = "withdrawn"  # 已撤下


STEPS: dict[tuple[SheetState, str], SheetState] = {
    (SheetState.DRAFT, "publish"): SheetState.PUBLISHED,
    (SheetState.WITHDRAWN, "publish"): SheetState.PUBLISHED,
    (SheetState.PUBLISHED, "withdraw"): SheetState.WITHDRAWN,
}


def moved(state: SheetState, verb: str) -> SheetState | None:
    """The state after `verb`; None where it does not apply."""
    return STEPS.get((state, verb))


def above(path: str) -> list[str]:
    """ "1.23.4." → ["", "1.", "1.23.", "1.23.4."]: whose sheets concern a place; "" is everywhere."""
    found, steps = [""], path.split(".")[:-1]
    for count in range(1, len(steps) + 1):
        found.append(".".join(steps[:count]) + ".")
    return found
