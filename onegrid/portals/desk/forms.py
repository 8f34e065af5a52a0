"""One form a step. Each gives the keyword arguments of its action."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.catalog.queries import matters, standards_of
from onegrid.cases.flow.forms.office import DispatchForm, PressForm
from onegrid.cases.flow.forms.reports import by_major
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
from onegrid.cases.flow.models import Application, ApplicationKind, Case, Hold, Offer, StageClock
from onegrid.cases.flow.rules import Verb


class FileForm(StepForm):
    """Class first, then one row of its standard; both selects stand on the page without script."""

    class_id = forms.TypedChoiceField(label=_("Class"), coerce=int)
    standard_id = forms.TypedChoiceField(
        label=_("Which condition is met?"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    words = note(_("Note"), required=False)

    def __init__(self, *args: Any, case: Case, chosen: CaseClass | None, at: datetime, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["class_id"].choices = [("", "—"), *by_major(matters(at=at))]  # type: ignore[attr-defined]  # a ChoiceField
        self.rows = standards_of(chosen) if chosen else []
        if chosen:
            self.fields["class_id"].initial = chosen.pk
        self.fields["standard_id"].choices = [(row.pk, row.condition) for row in self.rows]  # type: ignore[attr-defined]  # a ChoiceField


class RecallForm(StepForm):
    words = note(_("Note"), required=False, help_text=_("The stage before goes on with the clock it had."))


class HoldForm(StepForm):
    reason = note(
        _("Your reason"), required=True, help_text=_("The clock stands still, and nothing moves the case.")
    )
    until = forms.DateField(
        label=_("Ends by itself on"),
        help_text=_("A hold is for some days. What waits longer is suspended: the unit applies for it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_until(self) -> datetime | None:
        """The end of that day."""
        day = self.cleaned_data.get("until")
        return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


class ResumeForm(StepForm):
    kind = forms.ChoiceField(label=_("Which hold ends?"), widget=forms.RadioSelect)
    reason = note(_("Note"), required=False)

    def __init__(self, *args: Any, holds: list[Hold], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [(hold.kind, hold.reason or hold.kind) for hold in holds]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["kind"].initial = holds[0].kind


class LinkForm(StepForm):
    other = forms.CharField(label=_("Number of the other case"), max_length=40)
    reason = note(_("Your reason"), required=True, help_text=_("Linked cases are closed together."))


class UnlinkForm(StepForm):
    other = forms.ChoiceField(label=_("Linked case"), widget=forms.RadioSelect)
    reason = note(_("Your reason"), required=True)

    def __init__(self, *args: Any, linked: list[Case], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["other"].choices = [(case.number, case.number) for case in linked]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["other"].initial = linked[0].number


class TakeBackForm(StepForm):
    application_id = forms.TypedChoiceField(label=_("Application"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, applications: list[Application], **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(row.pk, f"{row.get_kind_display()} · {row.reason}") for row in applications]
        self.fields["application_id"].choices = named  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["application_id"].initial = named[0][0]


class CloseForm(StepForm):
    words = note(_("Answer to the reporter"), required=False)


class ReturnForm(StepForm):
    reason = note(
        _("Your reason"),
        required=True,
        help_text=_("It goes back to the dispatcher, who sends it to another unit."),
    )


class EscalateForm(StepForm):
    reason = note(
        _("Why can it not be settled here?"),
        required=True,
        help_text=_("The next level leads it from here, and dispatches it anew."),
    )


class HandDownForm(StepForm):
    reason = note(
        _("Your reason"),
        required=True,
        help_text=_("The level below leads it from here, and dispatches it anew."),
    )


class ReopenForm(StepForm):
    reason = note(
        _("Your reason"), required=True, help_text=_("The dispatcher has it again, with a clock of its own.")
    )


class ObjectForm(StepForm):
    reason = note(
        _("Why is it not your duty?"),
        required=True,
        help_text=_("The centre decides whose duty it is. Until then your unit stays responsible."),
    )


class CancelForm(StepForm):
    reason = note(_("Your reason"), required=True, help_text=_("The reporter reads this."))


class NoteForm(StepForm):
    words = note(_("Note"), required=True, help_text=_("For colleagues; the reporter does not read this."))
    told = forms.BooleanField(
        label=_("This is a message for the reporter"),
        help_text=_("Then the reporter reads it, and is told by phone if one was left."),
        required=False,
    )


class UnitForm(StepForm):
    """Who shall do it: every unit that serves the place."""

    unit_id = forms.TypedChoiceField(label=_("Unit to be asked"), coerce=int)

    def __init__(self, *args: Any, units: list[Organisation], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit_id"].choices = [("", "—"), *((unit.pk, unit.name) for unit in units)]  # type: ignore[attr-defined]  # a ChoiceField


class AskHelpForm(UnitForm):
    task = note(_("What shall it do?"), required=True)


class ArbitrateForm(UnitForm):
    reason = note(_("Your reason"), required=True, help_text=_("The unit cannot send it back after this."))


class GiveHelpForm(StepForm):
    words = note(_("What was done?"), required=True)


class OfferForm(StepForm):
    """移交. What was decided about such cases before stands first."""

    org_id = forms.TypedChoiceField(label=_("Which street or district does it belong to?"), coerce=int)
    reason = note(
        _("Why does it belong there?"),
        required=True,
        help_text=_("Your centre stays responsible, and the clock runs on, until the other side accepts."),
    )

    def __init__(self, *args: Any, centres: list[Organisation], before: list[Offer], **more: Any) -> None:
        super().__init__(*args, **more)
        decided = {one.has_it.pk for one in before if one.has_it}
        ordered = sorted(centres, key=lambda one: one.pk not in decided)
        self.fields["org_id"].choices = [("", "—"), *((one.pk, one.name) for one in ordered)]  # type: ignore[attr-defined]  # a ChoiceField
        if before and before[0].has_it:
            self.fields["org_id"].help_text = _("Decided before: %(unit)s. %(reason)s") % {
                "unit": before[0].has_it.name,
                "reason": before[0].decision,
            }


class CallOffForm(StepForm):
    reason = note(_("Your reason"), required=True, help_text=_("The case stays with your centre."))


class TakeOverForm(StepForm):
    words = note(
        _("Note"), required=False, help_text=_("Your centre leads it from here, with a clock of its own.")
    )


class DeclineForm(StepForm):
    reason = note(
        _("Why is it not yours?"),
        required=True,
        help_text=_("The nearest level above both of you decides, and the decision is final."),
    )


class AwardForm(StepForm):
    moves = forms.TypedChoiceField(
        label=_("Who shall have it?"), coerce=lambda value: value == "yes", widget=forms.RadioSelect
    )
    reason = note(
        _("Your reason"),
        required=True,
        help_text=_("Final for this case, and remembered for the next ones of its class."),
    )

    def __init__(self, *args: Any, offer: Offer, **more: Any) -> None:
        super().__init__(*args, **more)
        ours = offer.from_org.name if offer.from_org else _("whoever has it now")
        self.fields["moves"].choices = [("yes", offer.to_org.name), ("no", ours)]  # type: ignore[attr-defined]  # a ChoiceField


class ApplyForm(StepForm):
    """What may be asked for depends on the state: the handling unit's clock, or an overdue one after closing."""

    kind = forms.ChoiceField(
        label=_("What do you ask for?"),
        help_text=_(
            "An extension adds the stage's limit once more, and is asked for before it ends. With a suspension the "
            "clock stands still until a day."
        ),
        widget=forms.RadioSelect,
    )
    until = forms.DateField(
        label=_("Suspended until"),
        help_text=_("Only for a suspension."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    clock_id = forms.TypedChoiceField(label=_("Overdue stage"), coerce=int, empty_value=None, required=False)
    reason = note(_("Your reason"), required=True)

    def __init__(self, *args: Any, kinds: list[str], overdue: list[StageClock], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = [(kind, ApplicationKind(kind).label) for kind in kinds]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["kind"].initial = kinds[0]
        if ApplicationKind.APPEAL in kinds:
            del self.fields["until"]
            self.fields["kind"].help_text = _(
                "Two people decide. If both agree the lateness is excused in statistics; the fact stays."
            )
            self.fields["clock_id"].choices = [(clock.pk, clock.get_stage_display()) for clock in overdue]  # type: ignore[attr-defined]  # a ChoiceField
        else:
            del self.fields["clock_id"]

    def clean_until(self) -> datetime | None:
        """The end of that day."""
        day = self.cleaned_data.get("until")
        return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


class DecideForm(StepForm):
    application_id = forms.TypedChoiceField(label=_("Application"), coerce=int, widget=forms.RadioSelect)
    granted = forms.TypedChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Grant it")), ("no", _("Refuse it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = note(_("Your words"), required=False, help_text=_("A written approval needs them."))

    def __init__(self, *args: Any, applications: list[Application], **more: Any) -> None:
        super().__init__(*args, **more)
        named = [
            (row.pk, f"{row.get_kind_display()} · {row.asked_by.display_name} · {row.reason}")
            for row in applications
        ]
        self.fields["application_id"].choices = named  # type: ignore[attr-defined]  # a ChoiceField
        if len(named) == 1:
            self.fields["application_id"].initial = named[0][0]


FORMS: dict[Verb, type[StepForm]] = {
    Verb.VERIFY: VerifyForm,
    Verb.SETTLE: SettledForm,
    Verb.FILE: FileForm,
    Verb.DISPATCH: DispatchForm,
    Verb.HANDLE: DoneForm,
    Verb.CHECK: CheckForm,
    Verb.CLOSE: CloseForm,
    Verb.RETURN: ReturnForm,
    Verb.REWORK: ReworkForm,
    Verb.CANCEL: CancelForm,
    Verb.ESCALATE: EscalateForm,
    Verb.HAND_DOWN: HandDownForm,
    Verb.RAISE_ALARM: AlarmForm,
    Verb.PRESS: PressForm,
    Verb.REOPEN: ReopenForm,
    Verb.OBJECT: ObjectForm,
    Verb.ARBITRATE: ArbitrateForm,
    Verb.ASK_HELP: AskHelpForm,
    Verb.GIVE_HELP: GiveHelpForm,
    Verb.APPLY: ApplyForm,
    Verb.DECIDE: DecideForm,
    Verb.NOTE: NoteForm,
    Verb.RECALL: RecallForm,
    Verb.HOLD: HoldForm,
    Verb.RESUME: ResumeForm,
    Verb.LINK: LinkForm,
    Verb.UNLINK: UnlinkForm,
    Verb.TAKE_BACK: TakeBackForm,
    Verb.OFFER: OfferForm,
    Verb.CALL_OFF: CallOffForm,
    Verb.TAKE_OVER: TakeOverForm,
    Verb.DECLINE: DeclineForm,
    Verb.AWARD: AwardForm,
}
