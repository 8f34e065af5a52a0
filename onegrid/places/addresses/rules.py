"""What an address can be found by, and how a typed text is read. Pure: no database."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

KEY_LENGTH = 80  # characters; what is typed beyond it decides nothing any more
_IGNORED = re.compile(r"[\s'’·,，、]+")
_BEFORE_NUMBER = re.compile(r"(?<=[^\d\s])(?=\d)")

NAMED = frozenset(["community", "road", "compound"])  # levels with a name of their own rather than a number
DEEP = frozenset(["unit", "floor", "room"])  # below the building


def plain(text: str) -> str:
    """Full-width signs, capitals, blanks and commas make no difference: "１２ 号" is "12号"."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=50_000)
def pinyin(name: str) -> str:
    """Without tones and blanks: 云桥路12号 → yunqiaolu12hao."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionaries cost 0.7 s, and few processes name places

    return "".join(lazy_pinyin(plain(name), v_to_u=False)).casefold()


@lru_cache(maxsize=50_000)
def initials(name: str) -> str:
    """First letters; numbers and Latin words whole: 云桥路12号 → yql12h."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  as above

    return "".join(lazy_pinyin(plain(name), style=Style.FIRST_LETTER, strict=False)).casefold()


def full_name(names: Sequence[str]) -> str:
    return "".join(names)


def keys(names: Sequence[str], levels: Sequence[str]) -> set[str]:
    """The beginnings somebody may type for the last of `names`, which run from the root of the tree down.

    Down to the building: from every level on, in characters, pinyin and initials; a community, road or compound
    from inside its own name too (桥路 for 云桥路). Units, floors and rooms, which are many: from the road's and
    the compound's name on, without pinyin: who looks for a room names the compound.
    """
    level = levels[-1]
    found: set[str] = set()
    for start in _starts(levels):
        tail = names[start:]
        found.add("".join(map(plain, tail)))
        found.add("".join(map(initials, tail)))
        if level not in DEEP:
            found.add("".join(map(pinyin, tail)))
    if level in NAMED:
        own = plain(names[-1])
        found.update(own[cut:] for cut in range(1, len(own) - 1))
    return {key[:KEY_LENGTH] for key in found if key}


def _starts(levels: Sequence[str]) -> list[int]:
    if levels[-1] not in DEEP:
        return list(range(len(levels)))
    return [place for place, level in enumerate(levels) if level in ("road", "compound")] or [0]


def words(text: str) -> list[str]:
    """A text as parts that may stand apart in the full name: at blanks and before numbers.

    锦绣苑 3号楼501 → 锦绣苑, 3号楼, 501
    """
    parts = [_BEFORE_NUMBER.sub(" ", part) for part in re.split(r"[\s,，、]+", text.strip())]
    return [plain(word) for part in parts for word in part.split() if plain(word)]
