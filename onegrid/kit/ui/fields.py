"""Fields of forms written by Python where Django would render a template for each choice.

A list of six hundred classes is twelve hundred templates, two thirds of what such a page costs. What is written is
what Django's templates of these widgets write, but for space between tags; tests/kit/ui/test_fields.py compares them.
A widget with a template of its own is rendered by it.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

Widget = Mapping[str, Any]
_AT = "django/forms/widgets/"
_OPTION = f"{_AT}select_option.html"
_INPUTS = (
    "text",
    "number",
    "email",
    "url",
    "password",
    "hidden",
    "date",
    "time",
    "datetime",
    "checkbox",
    "input",
)
_CHOICES = (f"{_AT}radio_option.html", f"{_AT}checkbox_option.html", f"{_AT}input_option.html")
_NO_ERRORS = "django/forms/errors/"


class Fields(DjangoTemplates):
    """The renderer of forms (`FORM_RENDERER`)."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = _WRITTEN.get(template_name)
        if write is not None and (written := write(context["widget"])) is not None:
            return mark_safe(written)  # every value in it was escaped
        if template_name.startswith(_NO_ERRORS) and not context.get("errors", True):
            return mark_safe("")
        return super().render(template_name, context, request)


def _select(widget: Widget) -> str | None:
    """None where an option has a template of its own."""
    parts = [f'<select name="{_shown(widget["name"])}"{_attrs(widget)}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f'\n  <optgroup label="{_shown(group)}">')
        for option in options:
            if option["template_name"] != _OPTION:
                return None
            parts.append(
                f'\n  <option value="{_text(option["value"])}"{_attrs(option)}>{_shown(option["label"])}</option>'
            )
        if group:
            parts.append("\n  </optgroup>")
    parts.append("\n</select>")
    return "".join(parts)


def _choices(widget: Widget) -> str | None:
    """Radio buttons or boxes; None where one of them has a template of its own."""
    own = "".join(
        f' {name}="{_shown(widget["attrs"][name])}"' for name in ("id", "class") if widget["attrs"].get(name)
    )
    parts = [f"<div{own}>"]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(f"\n  <div><label>{_shown(group)}</label>")
        for option in options:
            if option["template_name"] not in _CHOICES:
                return None
            parts.append(f"<div>\n    {_choice(option)}</div>")
        if group:
            parts.append("\n  </div>")
    parts.append("\n</div>")
    return "".join(parts)


def _choice(option: Widget) -> str:
    if not option.get("wrap_label"):
        return _input(option)
    own = option["attrs"].get("id")
    begins = f'<label for="{_shown(own)}">' if own else "<label>"
    return f"{begins}{_input(option)} {_shown(option['label'])}</label>"


def _input(widget: Widget) -> str:
    value = widget["value"]
    told = "" if value is None else f' value="{_text(value)}"'
    begins = f'<input type="{_shown(widget["type"])}" name="{_shown(widget["name"])}"'
    return f"{begins}{told}{_attrs(widget)}>"


def _textarea(widget: Widget) -> str:
    value = widget["value"]
    name = _shown(widget["name"])
    return f'<textarea name="{name}"{_attrs(widget)}>\n{_shown(value) if value else ""}</textarea>'


def _attrs(widget: Widget) -> str:
    return "".join(_attributes(widget["attrs"])) if widget["attrs"] else ""


def _attributes(attrs: Mapping[str, Any]) -> Iterator[str]:
    for name, value in attrs.items():
        if value is True:
            yield f" {_shown(name)}"
        elif value is not False:
            yield f' {_shown(name)}="{_text(value)}"'


def _text(value: Any) -> str:
    """As `|stringformat:'s'` says it: a number in no language."""
    return _shown(value if isinstance(value, str) else str(value))


def _shown(value: Any) -> str:
    """As `{{ value }}` says it."""
    return escape(value) if type(value) is str else conditional_escape(localize(value))


_WRITTEN: dict[str, Callable[[Widget], str | None]] = {
    f"{_AT}select.html": _select,
    f"{_AT}radio.html": _choices,
    f"{_AT}checkbox_select.html": _choices,
    f"{_AT}multiple_input.html": _choices,
    f"{_AT}textarea.html": _textarea,
    **{f"{_AT}{name}.html": _input for name in _INPUTS},
}
