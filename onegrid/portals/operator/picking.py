"""Choosing one of many by typing: a text field with a list of suggestions, which works without script.

What is sent is "CODE name"; the code in front decides.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _


class Suggested(forms.TextInput):
    """An input with its <datalist>."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.offered: Sequence[str] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        drawn = super().render(name, value, {**(attrs or {}), "list": f"{name}-list"}, renderer)
        options = mark_safe("".join(f'<option value="{escape(words)}"></option>' for words in self.offered))
        return format_html('{}<datalist id="{}-list">{}</datalist>', drawn, name, options)


class PickField(forms.CharField):
    """`offer` says what there is: (code, name, thing). The cleaned value is the thing, None when left empty."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=Suggested(), max_length=200, **more)
        self.things: dict[str, Any] = {}

    def offer(self, rows: Sequence[tuple[str, str, Any]]) -> None:
        self.things = {code.casefold(): thing for code, _name, thing in rows}
        assert isinstance(self.widget, Suggested)
        self.widget.offered = [said(code, name) for code, name, _thing in rows]

    def clean(self, value: Any) -> Any:
        words = super().clean(value).split()
        if not words:
            return None
        thing = self.things.get(words[0].casefold())
        if thing is None:
            raise forms.ValidationError(_("Choose one from the list: its code comes first."))
        return thing


def said(code: str, name: str) -> str:
    return f"{code} {name}".strip()


def offer(form: forms.Form, field: str, rows: Sequence[tuple[str, str, Any]]) -> None:
    """Fills one PickField of a form."""
    found = form.fields[field]
    assert isinstance(found, PickField)
    found.offer(rows)
