"""BM25 over names, plain names and filing conditions, by pairs of Chinese characters and English words. Pure.

After Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): k1 and b as usual there;
names weigh more than conditions, everyday words (synonyms.yaml) lead to the trade's.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log
from pathlib import Path

import yaml

K1, B = 1.2, 0.5
NAME_WEIGHT, CONDITION_WEIGHT, SINGLE_WEIGHT = 3.0, 0.6, 0.35
PLAIN_BONUS = 1.15  # what residents report most has a plain name
LEAST = 1.0  # a score below says nothing: one common pair of characters

CHINESE = re.compile(r"[㐀-鿿]+")
WORD = re.compile(r"[a-z]{2,}")
EMPTY = frozenset("""
    a an and are at be been but by can come for from has have he here i in into is it its me my near no not of on or
    our out over please she so some somebody someone still that the their there they this to too up us was we were
    with without you
""".split())  # fmt: skip  # noqa: SIM905  a table of words reads better than so many quotes
SILENT = frozenset("的了在是有我们你他她它这那个和就也很都不没吧吗呢啊着过被把给从到上下里外前后请")


@dataclass(frozen=True)
class Source:
    """What a class is known by."""

    names: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    is_plain: bool = False


@dataclass(frozen=True)
class Guess:
    key: int
    confidence: float
    words: tuple[str, ...]


class Guesser:
    """An index over one version of a catalogue; building it takes some ten milliseconds, a guess under one."""

    def __init__(self, sources: Mapping[int, Source]) -> None:
        self._plain = {key for key, source in sources.items() if source.is_plain}
        self._weights = {key: _weighted(source) for key, source in sources.items()}
        lengths = {key: sum(found.values()) for key, found in self._weights.items()}
        mean = sum(lengths.values()) / max(len(lengths), 1) or 1.0
        self._norm = {key: K1 * (1 - B + B * length / mean) for key, length in lengths.items()}
        documents: Counter[str] = Counter()  # one that only mentions a word in a condition counts as a part
        for found in self._weights.values():
            documents.update({term: weight / NAME_WEIGHT for term, weight in found.items()})
        total = len(sources)
        self._idf = {term: log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in documents.items()}

    def guesses(self, text: str, most: int) -> list[Guess]:
        """The best first; words in the order in which they say most."""
        text = text.lower()
        asked = terms(text)
        meant: dict[str, str] = {}  # term of the catalogue → the everyday word that led to it
        for word, others in synonyms().items():
            if _said(word, text):
                led_to = {term for other in others for term in terms(other)} - set(asked)
                meant |= dict.fromkeys(led_to, word)
                asked |= dict.fromkeys(led_to, 0.9)
        scored: list[tuple[float, int, list[tuple[float, str]]]] = []
        for key, found in self._weights.items():
            parts = [
                (self._idf[term] * weight * found[term] * (K1 + 1) / (found[term] + self._norm[key]), term)
                for term, weight in asked.items()
                if term in found
            ]
            score = sum(part for part, _term in parts) * (PLAIN_BONUS if key in self._plain else 1)
            if score >= LEAST:
                scored.append((score, key, sorted(parts, reverse=True)))
        scored.sort(key=lambda one: (-one[0], one[1]))
        whole = sum(score**2 for score, _key, _parts in scored) or 1.0
        return [
            Guess(key, score**2 / whole, _spoken(parts, text, meant))
            for score, key, parts in scored[: max(most, 0)]
        ]


def terms(text: str) -> dict[str, float]:
    """Pairs of Chinese characters, single ones with little weight, and stemmed English words."""
    found: dict[str, float] = {}
    for run in CHINESE.findall(text):
        for sign in run:
            if sign not in SILENT:
                found[sign] = SINGLE_WEIGHT
        for first, second in pairwise(run):
            if first not in SILENT and second not in SILENT:
                found[first + second] = 1.0
    for word in WORD.findall(text.lower()):
        if word not in EMPTY:
            found[stem(word)] = 1.0
    return found


def stem(word: str) -> str:
    """Overflowing, overflows → overflow. Rough, and the same for both sides."""
    for ending in ("ings", "ing", "ies", "ied", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending in ("ies", "ied") else "")
    return word


def _said(word: str, text: str) -> bool:
    """English at the beginning of a word only: "ice" is not in "police"."""
    return bool(re.search(rf"\b{re.escape(word)}", text)) if word.isascii() else word in text


@cache
def synonyms() -> dict[str, list[str]]:
    """What people say → what the catalogue says."""
    given: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("synonyms.yaml").read_text("utf-8"))
    return {str(word).lower(): others for word, others in given.items()}


def _weighted(source: Source) -> dict[str, float]:
    found: dict[str, float] = {}
    for texts, weight in ((source.names, NAME_WEIGHT), (source.conditions, CONDITION_WEIGHT)):
        for text in texts:
            for term in terms(text):
                found[term] = max(found.get(term, 0.0), weight)
    return found


def _spoken(parts: list[tuple[float, str]], text: str, meant: Mapping[str, str]) -> tuple[str, ...]:
    """The pieces of the text that said it, in their order: pairs that overlap make one word. Single signs only when
    there is nothing better to show."""
    said = [meant.get(term, term) for _part, term in parts]
    long = [piece for piece in said if len(piece) > 1] or said
    covered = [False] * len(text)
    for piece in long:
        start = text.find(piece)
        while start >= 0:
            covered[start : start + len(piece)] = [True] * len(piece)
            start = text.find(piece, start + 1)
    pieces = "".join(
        sign if hit else "\n" for sign, hit in zip(text.replace("\n", " "), covered, strict=True)
    ).split("\n")
    return tuple(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))[:4]
