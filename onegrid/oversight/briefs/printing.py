"""A brief on paper: A4, tagged, with its text selectable, page numbers and Chinese letters."""

from datetime import datetime
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.cases.flow.models import StateChoices
from onegrid.cases.whistle.models import WhistleStateChoices
from onegrid.kit.errors import Unavailable
from onegrid.oversight.briefs.figures import FIGURES, NOW
from onegrid.oversight.briefs.models import Brief


def printed(brief: Brief, language: str) -> bytes:
    """The PDF. Unavailable `no_pdf` where Pango or its fonts are not installed."""
    with translation.override(language):
        words = render_to_string("oversight/brief_pdf.html", told(brief))
        page = _weasyprint().HTML(string=words, url_fetcher=_nothing)
        return bytes(page.write_pdf(pdf_tags=True, full_fonts=False))


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    """Loaded when the first brief is printed: no web worker needs it before."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as trouble:
        raise Unavailable("no_pdf", _("PDF cannot be made on this machine: Pango is missing.")) from trouble


def _nothing(address: str, *_args: Any, **_more: Any) -> dict:
    """A brief needs nothing from elsewhere, so nothing is fetched, whatever somebody wrote into a report."""
    raise ValueError(f"not fetched: {address}")


def told(brief: Brief) -> dict[str, Any]:
    """What page and paper show of the stored content, in the language that is active."""
    content, short = brief.content, (translation.get_language() or "zh")[:2]
    day = datetime(brief.day.year, brief.day.month, brief.day.day, tzinfo=timezone.get_current_timezone())
    blown = {state.value: str(state.label) for state in WhistleStateChoices}
    states = {state.value: str(state.label) for state in StateChoices}
    return {
        "brief": brief,
        "day": day,
        "weeks": content["weeks"],
        "on_time": content["on_time"],
        "numbers": [
            {
                "key": key,
                "label": label,
                "meaning": meaning,
                **content["numbers"][key],
                "change": _change(**content["numbers"][key]),
            }
            for key, (label, meaning) in FIGURES.items()
            if key in content["numbers"]  # a brief of long ago says what was told then
        ],
        "now": [
            {"key": key, "label": label, "meaning": meaning, "value": _capped(content["now"][key])}
            for key, (label, meaning) in NOW.items()
            if key in content["now"]
        ],
        "classes": [row | {"name": row[f"name_{short}"]} for row in content["classes"]],
        "places": content["places"],
        "notable": [
            row | {"name": row[f"name_{short}"], "state_words": states.get(row["state"], "")}
            for row in content["notable"]
        ],
        "whistles": [
            row | {"name": row[f"name_{short}"], "state_words": blown.get(row["state"], "")}
            for row in content.get("whistles", [])
        ],
        "ways": [
            row | {"name": row[f"name_{short}"], "state_words": states.get(row["state"], "")}
            for row in content.get("ways", [])
        ],
    }


def _change(value: int, mean: float | None) -> str:
    """ "+3.5", "−2.0", "±0.0" against the mean; "" where nothing is known."""
    if mean is None:
        return ""
    change = value - mean
    sign = "+" if change > 0 else "−" if change < 0 else "±"
    return f"{sign}{abs(change):.1f}"


def _capped(value: int) -> str:
    return "99+" if value > 99 else str(value)
