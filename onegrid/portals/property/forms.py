"""What a firm and its community fill in."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from onegrid.cases.flow.photos import PhotosField
from onegrid.cases.flow.rules import NOTE_MAX
from onegrid.registry.cuts.models import Supply
from onegrid.registry.dwellings.models import Building
from onegrid.registry.facilities.models import Outcome
from onegrid.registry.facilities.periods import periods
from onegrid.registry.owners.majorities import majorities
from onegrid.registry.owners.models import MemberRole


def words(label: Any, *, required: bool, most: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


def moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class FacilityForm(forms.Form):
    """A new facility; its works follow from its kind."""

    kind = forms.ChoiceField(label=_("Kind of facility"))
    building_id = forms.TypedChoiceField(
        label=_("Which building?"), coerce=int, empty_value=None, required=False
    )
    place = forms.CharField(
        label=_("Where in it?"), required=False, max_length=60, help_text=_("Such as an entrance or a floor.")
    )
    done_on = day(_("Everything was last looked after on"), required=False)

    def __init__(self, *args: Any, buildings: list[Building], today: date, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [(code, kind.name) for code, kind in periods(today).kinds.items()]
        fields["building_id"].choices = [
            ("", _("In the open")),
            *((one.pk, one.name) for one in buildings),
        ]


class UpkeepForm(forms.Form):
    """What was done, for one of the facility's works."""

    upkeep_id = forms.TypedChoiceField(label=_("Which work?"), coerce=int)
    done_on = day(_("Done on"))
    outcome = forms.ChoiceField(
        label=_("How did you find it?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        initial=Outcome.FINE,
    )
    words = words(_("Note"), required=False, most=500)
    file = forms.FileField(
        label=_("Photo or report (PDF)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(self, *args: Any, works: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["upkeep_id"].choices = works


class ReasonForm(forms.Form):
    """Why something is taken down, sent back or called off."""

    reason = words(_("Your reason"), required=True, most=200)


class CutForm(forms.Form):
    supply = forms.ChoiceField(label=_("What is cut off?"), choices=Supply.choices, widget=forms.RadioSelect)
    building_ids = forms.TypedMultipleChoiceField(
        label=_("Which buildings?"),
        help_text=_("None chosen: the whole compound."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_at = moment(_("Begins at"))
    ends_at = moment(_("Ends at"))
    reason = words(_("Why? Residents read this."), required=True, most=200)
    phone = forms.CharField(
        label=_("Phone for questions"),
        required=False,
        max_length=32,
        help_text=_("It is published: a number of the firm, not a private one."),
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def __init__(self, *args: Any, buildings: list[Building], **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["building_ids"].choices = [(one.pk, one.name) for one in buildings]


class CutStepForm(forms.Form):
    """A step of a cut; `version`: as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class CutReasonForm(CutStepForm):
    reason = words(_("Your reason"), required=True, most=200)


class ProlongForm(CutReasonForm):
    """Residents read the reason."""

    ends_at = moment(_("Lasts until"))


class RepairForm(forms.Form):
    """A step of a repair; `version`: of the case as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AcceptForm(RepairForm):
    visit_at = moment(_("When does somebody come?"))
    words = words(_("Note"), required=False, most=200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["visit_at"].required = False


class AssignForm(RepairForm):
    worker_id = forms.TypedChoiceField(label=_("Who does it?"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["worker_id"].choices = workers


class FeedbackForm(RepairForm):
    words = words(_("What was done?"), required=True, most=NOTE_MAX, help_text=_("The reporter reads this."))
    before = PhotosField(label=_("Photos before"))
    after = PhotosField(label=_("Photos after"))


class CommitteeForm(forms.Form):
    term_from = day(_("The term begins on"))
    term_to = day(_("The term ends on"))
    filed_on = day(_("Filed with the street on"), required=False)


class MemberForm(forms.Form):
    """Name and phone are kept sealed and shown masked."""

    role = forms.ChoiceField(label=_("Post on the committee"), choices=MemberRole.choices)
    name = forms.CharField(label=_("Full name"), max_length=40)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)


class VoteForm(forms.Form):
    topic = forms.ChoiceField(label=_("What is it about?"), help_text=_("The topic decides the majority."))
    question = words(_("Question to the owners"), required=True, most=300)
    options = forms.CharField(
        label=_("What may be chosen, one a line"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=600,
    )
    owners = forms.CharField(
        label=_("Doors that one owner has together: a line for each owner"),
        help_text=_(
            "Such as: 1号楼1单元101室 1号楼1单元102室. Together they are one voice; every other door is one."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        max_length=20_000,
    )
    opens_at = moment(_("Opens at"))
    closes_at = moment(_("Closes at"))

    def __init__(self, *args: Any, today: date, doors: dict[str, int], **more: Any) -> None:
        super().__init__(*args, **more)
        self.doors = doors
        fields: dict[str, Any] = self.fields
        fields["topic"].choices = [(code, one.name) for code, one in majorities(today).topics.items()]
        fields["options"].initial = "\n".join(
            str(one) for one in (_("In favour"), _("Against"), _("Abstain"))
        )

    def clean_owners(self) -> list[list[int]]:
        """Ids of dwellings, a list for each owner; refused for a door that is not there or stands twice."""
        named = [line.replace("、", " ").split() for line in self.cleaned_data["owners"].splitlines()]
        seen: set[str] = set()
        for number, line in enumerate(named, 1):
            for door in line:
                if door not in self.doors or door in seen:
                    words = _("Line %(number)s: “%(door)s” is no door of this compound, or is named twice.")
                    raise forms.ValidationError(words, params={"number": number, "door": door})
                seen.add(door)
        return [[self.doors[door] for door in line] for line in named if line]


class EntryForm(forms.Form):
    """What a paper ballot says."""

    option = forms.TypedChoiceField(label=_("The ballot says"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, options: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["option"].choices = list(enumerate(options))
