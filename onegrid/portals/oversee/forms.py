"""What leaders and units fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.rules import NOTE_MAX
from onegrid.kit.worktime import Unit
from onegrid.oversight.supervision.models import SecrecyChoices, UrgencyChoices
from onegrid.oversight.supervision.rules import FILES_MOST, WORDS_MAX, Secrecy, Urgency, Verb

UNIT_WORDS = {
    Unit.WORK_DAY: _("working days"),
    Unit.WORK_HOUR: _("working hours"),
    Unit.NATURAL_DAY: _("calendar days"),
}


def words(label: Any, *, required: bool, most: int = WORDS_MAX, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos and PDF; what each is, kit.files decides by its content. Cleans to a list."""

    widget = SeveralFiles

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.widget.attrs["accept"] = "image/jpeg,image/png,image/webp,application/pdf"

    def clean(self, value: Any, initial: Any = None) -> list:
        given = [one for one in (value if isinstance(value, list | tuple) else [value]) if one]
        if len(given) > FILES_MOST:
            raise forms.ValidationError(_("At most %(files)s files."), params={"files": FILES_MOST})
        return [super(FilesField, self).clean(one, initial) for one in given]


class PressForm(forms.Form):
    """督办; `version`: of the case as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = words(
        _("What do you want done?"),
        required=True,
        most=NOTE_MAX,
        help_text=_("Whoever has the case reads this at once and is asked to answer."),
    )


class InstructionForm(forms.Form):
    """批示."""

    words = words(_("Instruction"), required=True)
    unit_ids = forms.TypedMultipleChoiceField(
        label=_("To which units?"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(
        label=_("How urgent?"),
        choices=UrgencyChoices.choices,
        initial=Urgency.ORDINARY,
        widget=forms.RadioSelect,
    )
    limit = forms.IntegerField(
        label=_("Reply within"), required=False, min_value=1, max_value=60, widget=forms.NumberInput
    )
    unit = forms.ChoiceField(
        label=_("Counted in"), choices=[(one.value, word) for one, word in UNIT_WORDS.items()]
    )
    secrecy = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=SecrecyChoices.choices,
        initial=Secrecy.OPEN,
        widget=forms.RadioSelect,
    )
    area_id = forms.TypedChoiceField(
        label=_("About which place?"), coerce=int, empty_value=None, required=False
    )
    case_numbers = forms.CharField(
        label=_("About which cases?"),
        required=False,
        max_length=600,
        help_text=_("Numbers, one a line. Empty: about the place."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    files = FilesField(label=_("Photos or PDF"))  # type: ignore[assignment]  # a field, not what was sent

    def __init__(
        self, *args: Any, units: list[Organisation], areas: list[tuple[int, str]], known: str, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["unit_ids"].choices = [(one.pk, one.name) for one in units]
        fields["area_id"].choices = [("", _("My whole area, or that of the cases")), *areas]
        fields["limit"].help_text = known

    def clean_case_numbers(self) -> list[str]:
        return str(self.cleaned_data["case_numbers"]).replace(",", " ").replace("，", " ").split()


class StepForm(forms.Form):
    """A step of one unit's part; `version`: as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(StepForm):
    words = words(_("Note"), required=False)


class ReplyForm(StepForm):
    words = words(_("What was done, and what comes of it?"), required=True)
    files = FilesField(label=_("Photos or PDF"))  # type: ignore[assignment]  # a field, not what was sent


class AskTimeForm(StepForm):
    more = forms.IntegerField(label=_("How much more?"), min_value=1, max_value=60)
    words = words(_("Why is more time needed?"), required=True)

    def __init__(self, *args: Any, counted_in: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["more"].help_text = counted_in


class NoteForm(StepForm):
    words = words(_("Note"), required=False)


class ReasonForm(StepForm):
    words = words(_("Your reason"), required=True)


class AgainForm(StepForm):
    words = words(_("What is still missing?"), required=True)
    limit = forms.IntegerField(
        label=_("Reply within"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("Empty: as long as the urgency says."),
    )
    unit = forms.ChoiceField(
        label=_("Counted in"), choices=[(one.value, word) for one, word in UNIT_WORDS.items()]
    )


FORMS: dict[Verb, type[StepForm]] = {
    Verb.SIGN: SignForm,
    Verb.REPLY: ReplyForm,
    Verb.ASK_TIME: AskTimeForm,
    Verb.GIVE_TIME: NoteForm,
    Verb.REFUSE_TIME: ReasonForm,
    Verb.REMIND: NoteForm,
    Verb.ASK_AGAIN: AgainForm,
    Verb.ACCEPT: NoteForm,
    Verb.WITHDRAW: ReasonForm,
}
