"""How alike two reports are: place, class, time and words, each with its reason. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import prod

CHINESE = re.compile(r"[㐀-鿿]+")
WORD = re.compile(r"[a-z0-9]+")
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
    """Data (limits.yaml). `weights`: how much of the score place, class, time, words can take away, 0 to 1 each."""

    metres: float
    days: float
    weights: dict[str, float]
    suggest_from: float
    shown: int = 5


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
    """One report as the rule needs it; codes are empty when nobody has said the class."""

    tokens: frozenset[str]
    class_code: str = ""
    major_code: str = ""
    address: str = ""


@lru_cache(maxsize=4096)
def tokens(text: str) -> frozenset[str]:
    """Pairs of Chinese characters, and words and numbers of other scripts without an English ending."""
    found: set[str] = set()
    for run in CHINESE.findall(text):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return frozenset(found | {stem(word) for word in WORD.findall(text.lower()) if word not in EMPTY})


def stem(word: str) -> str:
    """Overflowing, overflows → overflow; carts → cart. Rough, and the same for both sides."""
    for ending in ("ing", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def plain_address(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def likeness(
    one: Seen, other: Seen, *, metres: float | None, age: timedelta, limits: Limits
) -> Likeness | None:
    """None: another matter for certain (too far, too old, of another major class, or nothing known of the place).

    `age`: how much older `other` is; a younger one counts as far away in time.
    """
    same_address = bool(one.address) and one.address == other.address
    days = abs(age.total_seconds()) / 86_400
    if days > limits.days or (metres is None and not same_address):
        return None
    if metres is not None and metres > limits.metres and not same_address:
        return None
    kind = _class_part(one, other)
    if kind == 0:
        return None
    shared = one.tokens & other.tokens
    every = one.tokens | other.tokens
    parts = {
        "place": 1.0 if same_address or metres is None else 1 - metres / limits.metres,
        "class": kind,
        "time": 1 - days / limits.days,
        "words": len(shared) / len(every) if every else 0.0,
    }
    score = prod(1 - limits.weights[name] * (1 - part) for name, part in parts.items())
    words = tuple(sorted(shared, key=lambda word: (-len(word), word))[:5])
    return Likeness(score, metres, age, same_address, kind == 1, words, parts)


def _class_part(one: Seen, other: Seen) -> float:
    """The same class 1, the same major class or one not known yet 0.5, else 0."""
    if not one.class_code or not other.class_code:
        return 0.5
    if one.class_code == other.class_code:
        return 1.0
    return 0.5 if one.major_code == other.major_code else 0.0
