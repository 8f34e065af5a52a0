"""The report in words: a table and a plot for each part, what grows, and what misses its goal."""

import time
from collections.abc import Iterator

from bench.growth.drawing import plot
from bench.growth.goals import goal_of
from bench.growth.judging import FASTER, FLAT, LOG, UNKNOWN, Curve, curves
from bench.growth.kept import Kept, folder
from bench.report import Row
from onegrid.config.environment import ROOT

BEGIN, END = "<!-- growth: written by onegrid bench growth --docs yes -->", "<!-- /growth -->"
MOST_LINES = 20  # in a plot: those that cost most
MOST_ROWS = 25  # of a part in the docs; var/bench/growth.md has all


def told(kept: Kept, *, docs: bool = False) -> None:
    """Writes growth.md and the plots beside growth-kept.json; with `docs` into docs/ as well."""
    found = curves(_rows(kept))
    (folder() / "growth.md").write_text(report(kept, found))
    plots = dict(_plots(found))
    for name, drawn in plots.items():
        (folder() / name).write_text(drawn)
    if not docs:
        return
    place = ROOT / "docs" / "bench"
    place.mkdir(exist_ok=True)
    for name, drawn in plots.items():
        (place / name).write_text(drawn)
    page = ROOT / "docs" / "benchmarks.md"
    page.write_text(put_in(page.read_text(), report(kept, found, most=MOST_ROWS, plots="bench/")))


def put_in(page: str, section: str) -> str:
    """The page with the section between its marks; without marks at its end."""
    if BEGIN not in page or END not in page:
        return f"{page.rstrip()}\n\n{BEGIN}\n{section}{END}\n"
    before, rest = page.split(BEGIN, 1)
    return f"{before}{BEGIN}\n{section}{END}{rest.split(END, 1)[1]}"


def report(kept: Kept, found: list[Curve], *, most: int | None = None, plots: str = "") -> str:
    lines = ["## Growth", "", _head(kept), "", _judged(found), ""]
    for part in dict.fromkeys(curve.part for curve in found):
        of_part = [curve for curve in found if curve.part == part]
        lines += [f"### Growth of {part}", ""]
        if _drawn(part, of_part):
            lines += [f"![Milliseconds over sizes: {part}]({plots}growth-{part}.svg)", ""]
        lines += [*_table(_chosen(of_part, most)), ""]
        if most is not None and len(of_part) > most:
            lines += [f"The {most} that grow or cost most, of {len(of_part)}.", ""]
    if kept.failed:
        lines += ["Not measured:", ""] + [f"* {what}: {why}" for what, why in kept.failed.items()] + [""]
    return "\n".join(lines)


def _rows(kept: Kept) -> Iterator[tuple[str, int, Row]]:
    for key, rows in kept.rows.items():
        part, _space, size = key.rpartition(" ")
        for row in rows:
            yield part, int(size), row


def _head(kept: Kept) -> str:
    day = time.strftime("%d %B %Y", time.localtime(kept.at)).lstrip("0")
    loads = [load for _seconds, load in kept.took.values()]
    load = f"load {min(loads):.0f}–{max(loads):.0f}" if loads else "load not noted"
    minutes = sum(seconds for seconds, _load in kept.took.values()) / 60
    return (
        f"`onegrid bench growth`, {day}, commit {kept.commit}, {kept.machine.get('cpus')} processors, {load},"
        f" {minutes:,.0f} minutes. Milliseconds are p50 / p95; the ratio to the floor and the goal are those at the"
        " largest size. The slope is that of log cost over log size (0: flat; 1: as the size), by least squares."
    )


def _judged(found: list[Curve]) -> str:
    """The processor's share of a lifecycle (CPU …) is no measure of its own: it is not counted."""
    waited = [curve for curve in found if curve.costs and not curve.measure.startswith("CPU")]
    by_verdict = {
        verdict: [curve for curve in waited if curve.verdict == verdict]
        for verdict in (FLAT, LOG, FASTER, UNKNOWN)
    }
    words = [f"{len(of_it)} {verdict}" for verdict, of_it in by_verdict.items() if of_it]
    tails = [curve for curve in waited if curve.tail == FASTER != curve.verdict]
    goals = [(goal, curve) for curve in found if (goal := goal_of(curve.part, curve.measure))]
    missed = [curve for goal, curve in goals if not goal.kept(curve.points[-1][1])]
    said = f"Growth by p50: {', '.join(words)}; by p95 {len(tails)} more faster than log n."
    said += f" Goals kept: {len(goals) - len(missed)} of {len(goals)}."
    if by_verdict[FASTER]:
        said += " Faster than log n: " + "; ".join(_named(curve) for curve in by_verdict[FASTER]) + "."
    if tails:
        said += " By p95 alone: " + "; ".join(_named(curve) for curve in tails) + "."
    if missed:
        said += " Goal missed: " + "; ".join(_named(curve) for curve in missed) + "."
    return said


def _named(curve: Curve) -> str:
    return f"{curve.part} {curve.measure}"


def _chosen(found: list[Curve], most: int | None) -> list[Curve]:
    """In the order in which they were measured."""
    if most is None or len(found) <= most:
        return found
    worth = sorted(found, key=_weight, reverse=True)[:most]
    return [curve for curve in found if curve in worth]


def _weight(curve: Curve) -> tuple[bool, float]:
    costs = curve.costs
    return curve.verdict == FASTER, costs[-1][1] if costs else 0.0


def _table(found: list[Curve]) -> Iterator[str]:
    sizes = sorted({size for curve in found for size, _row in curve.points})
    heads = [f"{size:,}" for size in sizes]
    yield f"| measure | {' | '.join(heads)} | of the floor | slope | growth | goal |"
    yield f"|---|{'---:|' * len(sizes)}---:|---:|---|---|"
    for curve in found:
        cells = dict(curve.points)
        figures = [_figure(cells[size]) if size in cells else "" for size in sizes]
        last = curve.points[-1][1]
        ratio = f"{last.ratio:,.2f}" if last.ratio is not None else ""
        slope = f"{curve.slope:+.2f}" if curve.slope is not None else ""
        row = [curve.measure, *figures, ratio, slope, _growth(curve), _goal(curve, last)]
        yield f"| {' | '.join(row)} |"


def _growth(curve: Curve) -> str:
    if not curve.costs:
        return ""
    said = f"**{curve.verdict}**" if curve.verdict == FASTER else curve.verdict
    return said if curve.tail == curve.verdict else f"{said}; p95: {curve.tail}"


def _figure(row: Row) -> str:
    value = f"{row.value:,.0f}" if row.value >= 100 else f"{row.value:,.2f}"
    said = f"{value} {row.unit}".strip()
    return said if row.p50 is None or row.p95 is None else f"{row.p50:,.1f} / {row.p95:,.1f} ms"


def _goal(curve: Curve, last: Row) -> str:
    goal = goal_of(curve.part, curve.measure)
    if goal is None:
        return ""
    return f"{goal.said}: kept" if goal.kept(last) else f"**{goal.said}: missed**"


def _plots(found: list[Curve]) -> Iterator[tuple[str, str]]:
    for part in dict.fromkeys(curve.part for curve in found):
        drawn = _drawn(part, [curve for curve in found if curve.part == part])
        if drawn:
            yield f"growth-{part}.svg", drawn


def _drawn(part: str, found: list[Curve]) -> str:
    found = [curve for curve in found if curve.slope is not None]
    dearest = sorted(found, key=_weight, reverse=True)[:MOST_LINES]
    return plot(f"{part}: milliseconds over size", {curve.measure: curve.costs for curve in dearest})
