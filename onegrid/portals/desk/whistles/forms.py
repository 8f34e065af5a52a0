"""What each deed asks for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.forms.steps import note
from onegrid.cases.whistle.rules import SHORT_MAX

TASK_ROWS = 4


class NothingForm(forms.Form):
    """A deed that asks for nothing but the will to do it."""


class WordsForm(forms.Form):
    words = note(_("In a few words"), required=True)


class ReasonForm(forms.Form):
    words = note(_("The reason"), required=True)


class ContactForm(forms.Form):
    words = note(_("With whom did you speak, and what was agreed?"), required=True)


class ResultForm(forms.Form):
    words = note(_("What was done?"), required=True)


class ReportInForm(forms.Form):
    """On site with the street's code or a photo; from afar where the kind allows it."""

    way = forms.ChoiceField(
        label=_("How do you come?"),
        choices=[("site", _("On site")), ("remote", _("From afar"))],
        widget=forms.RadioSelect,
        initial="site",
    )
    photo = forms.FileField(
        label=_("Photo on site"),
        required=False,
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        ),
        help_text=_("Needed when you have not scanned the street's code."),
    )
    words = note(_("Note"), required=False, help_text=_("From afar: what you do, and how."))
    lon = forms.FloatField(widget=forms.HiddenInput, required=False)
    lat = forms.FloatField(widget=forms.HiddenInput, required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, remote: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not remote:
            self.fields["way"].widget = forms.HiddenInput()


class DecisionForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("stands", _("The call stands")), ("excused", _("The department is excused"))],
        widget=forms.RadioSelect,
    )
    words = note(_("The reason"), required=True)
    instead = forms.TypedChoiceField(
        label=_("Who comes instead"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Needed when the department that leads is excused."),
    )

    def __init__(self, *args: Any, units: list[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["instead"].choices = [("", "—"), *((unit.pk, unit.name) for unit in units)]  # type: ignore[attr-defined]  # a ChoiceField


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("Stars"),
        coerce=int,
        choices=[
            (5, _("5: very good")),
            (4, _("4: good")),
            (3, _("3: fair")),
            (2, _("2: poor")),
            (1, _("1: bad")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=SHORT_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for one or two stars."),
    )


class RecordForm(forms.Form):
    """Findings, and some rows of tasks; a row without words is no task."""

    findings = note(_("What was found on site?"), required=True)

    def __init__(self, *args: Any, owners: list[Organisation], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "—"), *((unit.pk, unit.name) for unit in owners)]
        for row in range(1, TASK_ROWS + 1):
            self.fields[f"task{row}"] = forms.CharField(
                label=_("Task %(row)s") % {"row": row}, required=False, max_length=SHORT_MAX
            )
            self.fields[f"owner{row}"] = forms.TypedChoiceField(
                label=_("Who does it"), coerce=int, empty_value=None, choices=choices, required=False
            )
            self.fields[f"due{row}"] = forms.DateField(
                label=_("Until"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date", "min": today.isoformat()}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in range(1, TASK_ROWS + 1):
            if given.get(f"task{row}"):
                for name in (f"owner{row}", f"due{row}"):
                    if not given.get(name) and name not in self.errors:
                        self.add_error(name, _("A task needs somebody who does it, and a day."))
        return given

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [
            (self[f"task{row}"], self[f"owner{row}"], self[f"due{row}"]) for row in range(1, TASK_ROWS + 1)
        ]
