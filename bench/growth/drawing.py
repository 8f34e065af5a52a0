"""A plot of costs over sizes, both by powers of ten, as an SVG of our own: lines told apart by dash and mark, not by
colour alone, readable in light and dark."""

from collections.abc import Iterable
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 900, 460
LEFT, TOP, RIGHT, BOTTOM = 70, 46, 330, 52
COLOURS = ("#2563a8", "#b4441f", "#3f7d3a", "#7a4a9c", "#8a6a12", "#0f7a7a", "#a8326b", "#5a5f66")
DASHES = ("", "7 4", "2 4", "9 3 2 3")
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#23272d}.title{font-size:15px;font-weight:600}"
    ".net{stroke:#d5d9de;stroke-width:1}.ground{fill:#fff}"
    "@media (prefers-color-scheme:dark){text{fill:#e4e7eb}.net{stroke:#3a4048}.ground{fill:#16191d}}"
)
Line = list[tuple[int, float]]


def plot(title: str, lines: dict[str, Line]) -> str:
    """`lines`: words → (size, milliseconds). Lines of one size are left out; "" when none is left."""
    lines = {words: line for words, line in lines.items() if len(line) > 1}
    if not lines:
        return ""
    points = [point for line in lines.values() for point in line]
    across = _span(size for size, _cost in points)
    along = _span(cost for _size, cost in points)
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(title, quote=True)}">',
        f'<style>{STYLE}</style><rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">{escape(title)}</text>',
        *_net(across, along),
    ]
    for number, (words, line) in enumerate(lines.items()):
        pieces += _line(number, words, [(_x(size, across), _y(cost, along)) for size, cost in line])
    return "\n".join([*pieces, "</svg>", ""])


def _span(values: Iterable[float]) -> tuple[int, int]:
    """Whole powers of ten around them, at least one apart."""
    known = list(values)
    low, high = floor(log10(min(known))), ceil(log10(max(known)))
    return low, max(high, low + 1)


def _x(size: float, span: tuple[int, int]) -> float:
    return LEFT + (log10(size) - span[0]) / (span[1] - span[0]) * (WIDTH - LEFT - RIGHT)


def _y(cost: float, span: tuple[int, int]) -> float:
    return HEIGHT - BOTTOM - (log10(cost) - span[0]) / (span[1] - span[0]) * (HEIGHT - TOP - BOTTOM)


def _net(across: tuple[int, int], along: tuple[int, int]) -> list[str]:
    pieces = []
    for power in range(across[0], across[1] + 1):
        x = _x(10**power, across)
        pieces.append(f'<line class="net" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}"/>')
        label = f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
        pieces.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{label}</text>')
    for power in range(along[0], along[1] + 1):
        y = _y(10.0**power, along)
        pieces.append(f'<line class="net" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>')
        pieces.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:,g} ms</text>')
    return pieces


def _line(number: int, words: str, points: list[tuple[float, float]]) -> list[str]:
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
    look = f'stroke="{colour}" stroke-width="2" fill="none" stroke-dasharray="{dash}"'
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    at, x = TOP + 6 + number * 19, WIDTH - RIGHT + 20
    pieces = [f'<polyline points="{way}" {look}/>']
    pieces += [_mark(number, colour, *point) for point in points]
    pieces += [
        f'<line x1="{x}" y1="{at}" x2="{x + 26}" y2="{at}" {look}/>',
        _mark(number, colour, x + 13, at),
    ]
    pieces.append(f'<text x="{x + 34}" y="{at + 4}">{escape(words)}</text>')
    return pieces


def _mark(number: int, colour: str, x: float, y: float) -> str:
    """A circle, a square or a diamond."""
    if number % 3 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if number % 3 == 2 else ""
    return f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="{colour}"{turned}/>'
