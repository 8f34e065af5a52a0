"""What staff write for residents. Each form names the columns of its kind; the area is one in reach."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.hall.activities.access import EDIT as EDIT_ACTIVITIES
from onegrid.hall.activities.rules import CAPACITY_MOST
from onegrid.hall.answers.access import EDIT as EDIT_ANSWERS
from onegrid.hall.answers.rules import ANSWER_MAX, QUESTION_MAX, WORDS_MAX
from onegrid.hall.boards.access import areas_to_write_for
from onegrid.hall.boards.models import Sheet
from onegrid.hall.bulletins.access import EDIT as EDIT_BULLETINS
from onegrid.kit.actors import Actor
from onegrid.kit.errors import Refused

WHEN = {"type": "datetime-local"}
EVERYWHERE = "all"


def long(
    label: Any, most: int, rows: int = 8, help_text: Any = "", *, required: bool = True
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        help_text=help_text,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def moment(label: Any, help_text: Any = "") -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs=WHEN, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, widget=widget)


class SheetForm(forms.Form):
    """`columns`: of the sheet, as the action takes them."""

    what: str
    columns: tuple[str, ...]

    area = forms.ChoiceField(label=_("For whom"), help_text=_("Everybody in it and below it reads it."))
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, viewer: Actor, sheet: Sheet | None = None, **more: Any) -> None:
        if sheet is not None:
            kept = {name: getattr(sheet, name) for name in self.columns}
            more["initial"] = kept | {"area": sheet.area_id or EVERYWHERE, "seen_version": sheet.version}
        super().__init__(*args, **more)
        self.areas = {str(one.pk): one for one in areas_to_write_for(viewer, self.what)}
        choices = [(pk, one.name) for pk, one in self.areas.items()]
        if viewer.scope(self.what).covers():
            choices.insert(0, (EVERYWHERE, str(_("Everywhere"))))
        self.fields["area"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def written(self) -> dict[str, Any]:
        """As the action takes it."""
        given = self.cleaned_data
        columns = {name: given[name] for name in self.columns}
        return columns | {"area": self.areas.get(given["area"])}

    def save(self, act: Callable[..., Sheet], **whom: Any) -> Sheet | None:
        """What the action wrote; None when it refused: the words stand on the form."""
        try:
            return act(**self.written(), **whom)
        except Refused as refusal:
            self.add_error(None, str(refusal.message))
            return None


class AnswerForm(SheetForm):
    what, columns = EDIT_ANSWERS, ("question", "answer", "words")

    question = forms.CharField(label=_("Question"), max_length=QUESTION_MAX)
    answer = long(_("Reply"), ANSWER_MAX)
    words = forms.CharField(
        label=_("Other words for it"),
        help_text=_("By which people look for it: 居住证 暂住证"),
        max_length=WORDS_MAX,
        required=False,
    )
    field_order = ("question", "answer", "words", "area")


class BulletinForm(SheetForm):
    what, columns = EDIT_BULLETINS, ("title", "body", "until", "pinned")

    title = forms.CharField(label=_("Title"), max_length=100)
    body = long(_("Text"), 6000, rows=12)
    until = forms.DateField(
        label=_("Shown until"),
        help_text=_("Empty: until you take it down."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    pinned = forms.BooleanField(label=_("Stands on top"), required=False)
    field_order = ("title", "body", "area", "until", "pinned")


class ActivityForm(SheetForm):
    what = EDIT_ACTIVITIES
    columns = ("title", "body", "place", "starts_at", "ends_at", "sign_up_until", "capacity")

    title = forms.CharField(label=_("Title"), max_length=100)
    body = long(_("Text"), 4000)
    place = forms.CharField(label=_("Place"), max_length=120)
    starts_at = moment(_("Begins"))
    ends_at = moment(_("Ends"))
    sign_up_until = moment(_("Sign up until"))
    capacity = forms.IntegerField(
        label=_("Places"),
        help_text=_("Empty: any number."),
        min_value=1,
        max_value=CAPACITY_MOST,
        required=False,
    )
    field_order = ("title", "body", "place", "starts_at", "ends_at", "sign_up_until", "capacity", "area")


class ReplyForm(forms.Form):
    reply = long(
        _("Reply"), ANSWER_MAX, help_text=_("Whoever asked reads it; a phone that was left is told.")
    )
    no_answer = forms.BooleanField(label=_("This cannot be answered; the text says why"), required=False)


class KeepForm(forms.Form):
    question = forms.CharField(label=_("Question, so that it names nobody"), max_length=QUESTION_MAX)


class PurposeForm(forms.Form):
    purpose = forms.CharField(label=_("What do you need it for?"), max_length=200)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why does it not take place?"), max_length=300)


class DataAnswerForm(forms.Form):
    grant = forms.ChoiceField(
        label=_("What is done?"),
        choices=[("yes", _("It is done as asked")), ("no", _("It is not done; the answer says why"))],
        widget=forms.RadioSelect,
    )
    answer = long(_("Reply"), 1000, rows=4, help_text=_("Whoever asked reads it under “my matters”."))
