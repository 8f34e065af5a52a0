"""Template tags of the shell, loaded into every template (settings/pages.py)."""

import logging
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_vite.templatetags.django_vite import vite_asset

register = template.Library()
log = logging.getLogger(__name__)


@register.simple_tag
def island(name: str) -> SafeString:
    """Script and CSS of one front-end entry: {% island "map" %}. Without a build the page stays plain but works."""
    manifest = str(settings.DJANGO_VITE["default"]["manifest_path"])
    if settings.DEBUG or (manifest, name) not in _islands:
        if not Path(manifest).is_file():
            log.warning("The front end is not built: run `npm ci && npm run build` in frontend/")
            return mark_safe("")
        _islands[manifest, name] = mark_safe(vite_asset(_entry(name)))
    return _islands[manifest, name]


_islands: dict[tuple[str, str], SafeString] = {}  # a build does not change under a running process


@register.simple_tag
@lru_cache(maxsize=500)
def icon_url(name: str) -> str:
    return f"{static('icons.svg')}#{name}"


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str) -> SafeString:
    """As `<c-icon name="…" />` without its component, of which a page would feel a dozen."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', icon_url(name))


@register.simple_tag
def options(pairs: Iterable[tuple[object, object]], chosen: object = None) -> SafeString:
    """The options of a select, (value, words) each, where there are dozens: {% options units chosen_id %}."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", words) for value, words in pairs),
    )


@register.filter
def given(value: object) -> str:
    """Whether an attribute of a component says something: what it would have been handed, as text (written.py)."""
    return "" if value is None else str(value)


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **changes: object) -> str:
    """The present query string with some parameters changed; None removes one: {% query_with after=row.pk %}."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _entry(name: str) -> str:
    return "islands/site/site.ts" if name == "site" else f"islands/{name}.ts"
