"""Figures of the platform in the text format that Prometheus reads (exposition format 0.0.4)."""

import logging
from collections.abc import Iterable, Iterator

from onegrid.kit.health.counting import COUNTS
from onegrid.kit.health.figure import Figure
from onegrid.kit.health.watching import GRAVITY, WATCHED, look_at_all

logger = logging.getLogger(__name__)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def all_figures() -> Iterator[Figure]:
    """What web processes counted, and what every watched part says now. A part that fails has none."""
    yield from COUNTS.figures()
    states = {part.name: GRAVITY.index(part.tone) for part in look_at_all()}
    yield Figure(
        "onegrid_part_state",
        "How a part of the platform does: 0 well, 1 look at it, 2 needs somebody.",
        "gauge",
        tuple(({"part": name}, state) for name, state in states.items()),
    )
    for name, one in WATCHED:
        try:
            yield from list(one.figures())
        except Exception as failure:  # whatever goes wrong while looking is in onegrid_part_state
            logger.warning("figures of %s: %s", name, failure)


def exposition(figures: Iterable[Figure]) -> str:
    return "".join(_lines(figure) for figure in figures)


def _lines(figure: Figure) -> str:
    head = f"# HELP {figure.name} {_escaped(figure.meaning)}\n# TYPE {figure.name} {figure.kind}\n"
    return head + "".join(
        f"{figure.name}{suffix}{_labels(labels)} {_number(value)}\n"
        for suffix, labels, value in figure.rows()
    )


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + inside.replace("\n", "\\n") + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
