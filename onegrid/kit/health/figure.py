"""One thing that is measured, with its values."""

from collections.abc import Iterator
from dataclasses import dataclass

Labels = dict[str, str]


@dataclass(frozen=True)
class Figure:
    """`name` carries its unit (seconds, bytes, days). `kind`: gauge, counter or histogram. A histogram's labels may
    hold "(suffix)": _bucket, _sum or _count."""

    name: str
    meaning: str
    kind: str
    samples: tuple[tuple[Labels, float], ...]

    def rows(self) -> Iterator[tuple[str, Labels, float]]:
        """(suffix of the name, labels, value)."""
        for labels, value in self.samples:
            plain = {name: word for name, word in labels.items() if name != SUFFIX}
            yield labels.get(SUFFIX, ""), plain, value


SUFFIX = "(suffix)"


def gauge(name: str, meaning: str, value: float, **labels: str) -> Figure:
    """A figure with one value."""
    return Figure(name, meaning, "gauge", ((labels, float(value)),))
