"""When a part that changed is worth a message. Pure."""

from typing import Literal

WORSE_TWICE = 2  # looks in a row: one slow answer wakes nobody

Word = Literal["", "bad", "well"]


def told_now(*, told: bool, bad_looks: int, bad: bool) -> tuple[bool, int, Word]:
    """(whether operators know, bad looks in a row, what to tell) after one more look.

    Bad news after the second bad look in a row, once; good news when it is well again, once, and only after bad news.
    """
    if bad:
        looks = bad_looks + 1
        tell = not told and looks >= WORSE_TWICE
        return told or tell, looks, "bad" if tell else ""
    return False, 0, "well" if told else ""
