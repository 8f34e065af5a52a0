"""What a worker fills in on site, where the words differ from the desk's."""

from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.forms.steps import (
    AlarmForm,
    CheckForm,
    DoneForm,
    ReworkForm,
    SettledForm,
    StepForm,
    VerifyForm,
    note,
)
from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import Verb


class SettleForm(SettledForm):
    words = note(_("What did you do?"), required=True)


class EscalateForm(StepForm):
    reason = note(
        _("Why can it not be settled here?"),
        required=True,
        help_text=_("The next level leads it from here; it is no longer your task."),
    )


class NoteForm(StepForm):
    words = note(_("Note"), required=True)
    photos = PhotosField(label=_("Photos or video on site"))


FORMS: dict[Verb, type[StepForm]] = {
    Verb.VERIFY: VerifyForm,
    Verb.SETTLE: SettleForm,
    Verb.HANDLE: DoneForm,
    Verb.CHECK: CheckForm,
    Verb.REWORK: ReworkForm,
    Verb.ESCALATE: EscalateForm,
    Verb.RAISE_ALARM: AlarmForm,
    Verb.NOTE: NoteForm,
}
