"""Fields written by Python look exactly as Django's templates write them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from onegrid.kit.ui import fields
from onegrid.kit.ui.fields import Fields

CHOICES = [
    ("", "—"),
    (
        gettext_lazy("Yes"),
        [(1, gettext_lazy("Yes")), (1234567, mark_safe("<b>bold</b>")), ("a&\"'", "<&>\"'")],
    ),
    ("<none>", []),
    (Decimal("1.50"), 12345),
    (date(2026, 11, 26), date(2026, 11, 26)),
    (None, None),
    (True, False),
]


class OwnOption(forms.Select):
    option_template_name = "django/forms/widgets/radio_option.html"


class Every(forms.Form):
    text = forms.CharField(max_length=5, help_text="told")
    words = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "data-a": "<\"'&>", "hidden": False}))
    number = forms.IntegerField(min_value=1)
    share = forms.DecimalField()
    email = forms.EmailField()
    address = forms.URLField(assume_scheme="https")
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)
    day = forms.DateField()
    hour = forms.TimeField()
    moment = forms.DateTimeField(widget=forms.DateTimeInput(format="%Y"))
    yes = forms.BooleanField()
    perhaps = forms.NullBooleanField()
    one = forms.ChoiceField(choices=CHOICES, widget=forms.Select(attrs={"class": "wide"}))
    own = forms.ChoiceField(choices=CHOICES, widget=OwnOption)
    many = forms.MultipleChoiceField(choices=CHOICES)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect(attrs={"class": "<a>"}))
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    file = forms.FileField()
    two = forms.SplitDateTimeField(widget=forms.SplitDateTimeWidget)
    listed = forms.CharField(widget=forms.MultipleHiddenInput)


GIVEN = {
    "text": "<&\"'>", "words": "\n a</textarea>", "number": 1234567, "share": "1.50", "secret": "x",
    "hidden": 0, "day": date(2026, 1, 2), "yes": True, "perhaps": "true", "one": "1234567", "many": ["1", "a&\"'"],
    "radio": "1.50", "boxes": ["None", "1"], "listed": ["1", "2"],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("given", ["nothing", "initial", "posted"])
def test_every_widget_looks_as_by_its_template(given, language):
    told = {"nothing": {}, "initial": {"initial": GIVEN}, "posted": {"data": GIVEN}}[given]
    with override(language):
        ours, plain = Every(renderer=Fields(), **told), Every(renderer=DjangoTemplates(), **told)
        for name in Every.base_fields:
            assert _tight(ours[name]) == _tight(plain[name]), name
            assert _tight(ours[name].errors) == _tight(plain[name].errors), name
        assert _tight(ours) == _tight(plain)


def _tight(written: object) -> str:
    """Without the space between tags."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", str(written))


def test_a_choice_asks_for_no_template(monkeypatch):
    """However long the list is."""

    def never(*_asked: object) -> None:
        raise AssertionError("a template was asked for")

    monkeypatch.setattr(fields.DjangoTemplates, "get_template", never)
    form = Every(renderer=Fields())
    for name in ("text", "words", "one", "many", "radio", "boxes"):
        assert str(form[name]), name
        assert str(form[name].errors) == ""
