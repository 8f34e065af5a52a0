"""The gallery: examples are template files, shown rendered and as source."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.portals.operator.gallery.forms import EveryField

EXAMPLES = Path(__file__).parents[1] / "templates" / "operator" / "examples"
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Example:
    """One file of templates/operator/examples: `name` is that of the component, `shown` one rendering a theme."""

    name: str
    source: str
    shown: list[tuple[str, str]]


@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """/gallery/: the components as they are, for whoever builds a page."""
    return render(request, "operator/gallery.html", {"examples": examples(request)})


def examples(request: HttpRequest) -> list[Example]:
    return [
        Example(
            path.stem,
            path.read_text().strip(),
            [
                (
                    theme,
                    render_to_string(f"operator/examples/{path.name}", _sample(theme), request),
                )
                for theme in THEMES
            ],
        )
        for path in sorted(EXAMPLES.glob("*.html"))
    ]


def _sample(theme: str) -> dict[str, object]:
    """Invented content. Ids carry the theme, because both renderings stand on one page."""
    now = timezone.now()
    empty_form = EveryField(auto_id=f"id_{theme}_%s", prefix=theme)
    refused_form = EveryField({f"{theme}-follow": "on"}, auto_id=f"id_{theme}_%s", prefix=theme)
    return {
        "theme": theme,
        "form": empty_form,
        "refused_form": refused_form,
        "steps": [
            {"label": _("Reported"), "state": "done", "at": now - timedelta(hours=5)},
            {"label": _("Filed"), "state": "done", "at": now - timedelta(hours=4)},
            {
                "label": _("Being handled"),
                "state": "current",
                "at": now - timedelta(hours=3),
                "note": _("Street cleaning team, due tomorrow at noon"),
            },
            {"label": _("Checked on site"), "state": "todo"},
        ],
    }
