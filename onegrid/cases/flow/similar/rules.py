"""How alike two reports are: place, class, time and words, each with its reason. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import prod

CHINESE = re.compile(r"[㐀-鿿]+")
WORD = re.compile(r"[a-z0-9]+")
NUMBER = re.compile(r"\d+")
EVENT = "event"
# Words that say nothing about the matter; every second report has them.
EMPTY = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "at",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "no",
        "of",
        "on",
        "the",
        "there",
        "to",
        "with",
    ]
)


@dataclass(frozen=True)
class Limits:
    """Data (limits.yaml). `metres`, `days`: by the kind of class ("component", "event"); farther or older is another
    matter. `other_door_metres`: the same where both name a house and the houses differ. `weights`: how much of the
    score place, class, time, words can take away, 0 to 1 each.
    """

    metres: dict[str, float]
    other_door_metres: float
    days: dict[str, float]
    weights: dict[str, float]
    suggest_from: float
    shown: int = 5
    version: int = 0

    @property
    def widest(self) -> float:
        return max(self.metres.values())


@dataclass(frozen=True)
class Likeness:
    """`metres`: None without two points. `score`: 0 to 1. `parts`: what each reason gave, 0 to 1, unweighted."""

    score: float
    metres: float | None
    age: timedelta
    same_address: bool
    same_class: bool
    words: tuple[str, ...]
    parts: dict[str, float]


@dataclass(frozen=True)
class Seen:
    """One report as the rule needs it.

    `class_code`, `major_code`, `kind`: empty when nobody has said the class. `may_be`: codes of the classes that the
    words may be about; empty: any.
    """

    tokens: frozenset[str]
    class_code: str = ""
    major_code: str = ""
    address: str = ""
    kind: str = ""
    may_be: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def tokens(text: str) -> frozenset[str]:
    """Pairs of Chinese characters, and words and numbers of other scripts without an English ending."""
    found: set[str] = set()
    for run in CHINESE.findall(text):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return frozenset(found | {stem(word) for word in WORD.findall(text.lower()) if word not in EMPTY})


def joined(shared: Iterable[str]) -> list[str]:
    """As people read them: pairs that go on in exactly one way are one word (垃圾, 圾箱, 箱倒 → 垃圾箱倒)."""
    pairs = {word for word in shared if len(word) == 2 and CHINESE.fullmatch(word) and word[0] != word[1]}
    begin, end = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    goes_on = {pair[0]: pair for pair in pairs if begin[pair[0]] == end[pair[0]] == 1}
    found, left = [word for word in shared if word not in pairs], set(pairs)
    for pair in sorted(pairs, key=lambda pair: (pair[0] in goes_on, pair)):  # those that begin a word first
        word, ring = "", pair[0] in goes_on  # one that bites its tail begins nowhere: its pairs stay alone
        while pair in left:
            left.remove(pair)
            word += pair[1] if word else pair
            pair = "" if ring else goes_on.get(pair[1], "")
        found += [word] if word else []
    return found


def stem(word: str) -> str:
    """Overflowing, overflows → overflow; carts → cart. Rough, and the same for both sides."""
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def plain_address(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def same_address(one: str, other: str) -> bool:
    """Plain addresses: the same words, or the same numbers and one is a part of the other ("人民路5号", "…院内")."""
    if not one or not other:
        return False
    return one == other or (
        bool(numbers(one)) and numbers(one) == numbers(other) and (one in other or other in one)
    )


def other_door(one: str, other: str) -> bool:
    """Both name a number, and neither has all the numbers of the other: another house, or another room of it."""
    mine, theirs = set(numbers(one)), set(numbers(other))
    return bool(mine and theirs) and not (mine <= theirs or theirs <= mine)


def numbers(address: str) -> list[str]:
    return NUMBER.findall(address)


def likeness(
    one: Seen, other: Seen, *, metres: float | None, age: timedelta, limits: Limits
) -> Likeness | None:
    """None: another matter for certain (too far, too old, of another major class, or nothing known of the place).

    `age`: how much older `other` is; a younger one counts as far away in time.
    """
    same = same_address(one.address, other.address)
    days, most_days = abs(age.total_seconds()) / 86_400, _of_kind(limits.days, one, other)
    most_metres = _of_kind(limits.metres, one, other)
    if other_door(one.address, other.address):
        most_metres = min(most_metres, limits.other_door_metres)
    if days > most_days or (metres is None and not same):
        return None
    if metres is not None and metres > most_metres and not same:
        return None
    kind = _class_part(one, other)
    if kind == 0:
        return None
    shared = one.tokens & other.tokens
    every = one.tokens | other.tokens
    parts = {
        "place": 1.0 if same or metres is None else 1 - metres / most_metres,
        "class": kind,
        "time": 1 - days / most_days,
        "words": len(shared) / len(every) if every else 0.0,
    }
    score = prod(1 - limits.weights[name] * (1 - part) for name, part in parts.items())
    words = tuple(sorted(joined(shared), key=lambda word: (-len(word), word))[:5])
    return Likeness(score, metres, age, same, kind == 1, words, parts)


def _of_kind(by_kind: dict[str, float], one: Seen, other: Seen) -> float:
    """A component stands at one point and stays broken; whether it is one, whoever said the class knows."""
    kinds = {seen.kind for seen in (one, other) if seen.kind} or {EVENT}
    return max(by_kind.get(kind, by_kind[EVENT]) for kind in kinds)


def _class_part(one: Seen, other: Seen) -> float:
    """The same class 1; another of the same major, or one that nobody has said, 0.5; guesses apart 0.1; else 0."""
    if one.class_code and other.class_code:
        if one.class_code == other.class_code:
            return 1.0
        return 0.5 if one.major_code == other.major_code else 0.0
    may_be = not one.may_be or not other.may_be or bool(one.may_be & other.may_be)
    return 0.5 if may_be else 0.1
