"""Suggestion of duplicates against Chicago's own marks (`- Dup`), beside the rule "same address within 7 days".

Reads ../shared/data (or DUPLICATES_FILE), no database. The earlier half of the requests is for tuning, the later half
is what is reported. A request counts as found when an earlier one, still open on its day, reaches the threshold:
which one it repeats is not written in the file, so a hit on a wrong partner counts too.
"""

import csv
import gzip
import os
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from math import cos, hypot, radians
from pathlib import Path

from bench.report import Report
from onegrid.cases.flow.similar.queries import limits_in_force
from onegrid.cases.flow.similar.rules import EVENT, Limits, Seen, likeness, plain_address, tokens

FILE = Path(
    os.environ.get("DUPLICATES_FILE")
    or Path(__file__).parents[2] / "shared/data/requests/chicago_sanitation_requests.csv.gz"
)
METRES_A_DEGREE = 111_320
CELL = 200  # metres; a neighbour lies in the same cell or one beside
WINDOW = 60  # days looked back at most


@dataclass(frozen=True)
class Request:
    seen: Seen
    x: float
    y: float
    day: date
    until: date
    marked: bool


def run(report: Report) -> None:
    if not FILE.exists():
        raise SystemExit(f"There is no {FILE}: the Chicago requests are not part of the project.")
    requests = read()
    half = requests[len(requests) // 2].day
    pairs = near_pairs(requests)
    tuned = tune(requests, pairs, half)
    for name, hits in (
        ("same address within 7 days", same_address(requests, pairs)),
        ("suggestion, limits as shipped", by_rule(requests, pairs, limits_in_force())),
        ("suggestion, tuned for F2 on the earlier half", by_rule(requests, pairs, tuned)),
    ):
        for part, wanted in (
            ("earlier half", lambda r: r.day < half),
            ("later half", lambda r: r.day >= half),
        ):
            found, true, marked = measured(requests, hits, wanted)
            report.add(f"{name}; {part}: precision", marked, 100 * true / max(found, 1), "%")
            report.add(f"{name}; {part}: recall", marked, 100 * true / max(marked, 1), "%")
            report.add(f"{name}; {part}: F1", marked, 200 * true / max(found + marked, 1), "%")
            print(f"{name}; {part}: {found} suggested, {true} of them marked, {marked} marked")
    print(f"tuned: {tuned}")


def read() -> list[Request]:
    """In the order in which they came; those of January 2000 and without a point left out, as by the mapping."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["latitude"] and row["cd"] >= "2010"]
    rows.sort(key=lambda row: (row["cd"], row["service_request_number"]))
    return [request(row) for row in rows]


def request(row: dict[str, str]) -> Request:
    nature, lat = row["nature"], float(row["latitude"])
    known = "" if nature in ("", "Other") else nature
    return Request(
        Seen(tokens(nature), known, "sanitation", plain_address(row["street_address"])),
        float(row["longitude"]) * METRES_A_DEGREE * cos(radians(41.84)),
        lat * METRES_A_DEGREE,
        date.fromisoformat(row["cd"]),
        date.fromisoformat(row["dd"]) if row["dd"] else date.max,
        row["status"].endswith("- Dup"),
    )


def near_pairs(requests: list[Request]) -> dict[int, list[tuple[int, float]]]:
    """number of a request → earlier ones near it, with metres."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    pairs: dict[int, list[tuple[int, float]]] = {}
    for number, one in enumerate(requests):
        column, row = int(one.x // CELL), int(one.y // CELL)
        first = bisect_left(requests, one.day - timedelta(days=WINDOW), key=lambda r: r.day)
        near = []
        for dx, dy in product((-1, 0, 1), repeat=2):
            for other in reversed(cells[column + dx, row + dy]):
                if other < first:
                    break
                metres = hypot(requests[other].x - one.x, requests[other].y - one.y)
                if metres <= CELL:
                    near.append((other, metres))
        pairs[number] = near
        cells[column, row].append(number)
    return pairs


def same_address(requests: list[Request], pairs: dict[int, list[tuple[int, float]]]) -> set[int]:
    def repeats(number: int) -> bool:
        one = requests[number]
        return any(
            requests[other].seen.address == one.seen.address and (one.day - requests[other].day).days <= 7
            for other, _metres in pairs[number]
        )

    return {number for number in pairs if repeats(number)}


def best_scores(
    requests: list[Request], pairs: dict[int, list[tuple[int, float]]], limits: Limits
) -> dict[int, float]:
    """number → the best score among earlier requests that were still open on its day."""
    best: dict[int, float] = {}
    for number, near in pairs.items():
        one = requests[number]
        for other, metres in near:
            before = requests[other]
            if before.until < one.day:
                continue
            found = likeness(one.seen, before.seen, metres=metres, age=one.day - before.day, limits=limits)
            if found is not None and found.score > best.get(number, 0):
                best[number] = found.score
    return best


def by_rule(requests: list[Request], pairs: dict[int, list[tuple[int, float]]], limits: Limits) -> set[int]:
    scores = best_scores(requests, pairs, limits)
    return {number for number, score in scores.items() if score >= limits.suggest_from}


def tune(requests: list[Request], pairs: dict[int, list[tuple[int, float]]], half: date) -> Limits:
    """The limits with the best F2 on the earlier half; nothing of the later half is looked at.

    F2, since a suggestion is looked at by a person: one that is missing costs more than one too many.
    """
    earlier = {number: near for number, near in pairs.items() if requests[number].day < half}
    shipped, candidates = limits_in_force(), []
    for metres, door, days, time in product((15, 40), (1, 5, 40), (2, 3, 5, 7), (0.1, 0.4)):
        weights = shipped.weights | {"time": time}
        limits = replace(
            shipped, metres={EVENT: metres}, other_door_metres=door, days={EVENT: days}, weights=weights
        )
        scores = best_scores(requests, earlier, limits)
        for threshold in (0.3, 0.4, 0.5, 0.6):
            hits = {number for number, score in scores.items() if score >= threshold}
            found, true, marked = measured(requests, hits, lambda r: r.day < half)
            f2 = 5 * true / (4 * marked + found)
            candidates.append((f2, replace(limits, suggest_from=threshold)))
    return max(candidates, key=lambda pair: pair[0])[1]


def measured(requests: list[Request], hits: set[int], wanted) -> tuple[int, int, int]:
    """(suggested, of them marked, marked)."""
    chosen = [number for number, one in enumerate(requests) if wanted(one)]
    found = [number for number in chosen if number in hits]
    return len(found), sum(requests[n].marked for n in found), sum(requests[n].marked for n in chosen)
