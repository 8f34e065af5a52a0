"""Template tags of the shell, loaded into every template (settings/pages.py)."""

import logging
from collections.abc import Iterable
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
    if not Path(str(settings.DJANGO_VITE["default"]["manifest_path"])).is_file():
        log.warning("The front end is not built: run `npm ci && npm run build` in frontend/")
        return mark_safe("")
    return mark_safe(vite_asset(_entry(name)))


@register.simple_tag
def icon_url(name: str) -> str:
    return f"{static('icons.svg')}#{name}"


@register.simple_tag
def icon(name: str) -> SafeString:
    """As `<c-icon name="…" />`, for what stands on every page, where a dozen components would be felt."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', icon_url(name))


@register.simple_tag
def options(pairs: Iterable[tuple[object, object]], chosen: object = None) -> SafeString:
    """The options of a select, (value, words) each, where there are dozens: {% options units chosen_id %}."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", words) for value, words in pairs),
    )


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
