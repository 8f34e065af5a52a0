"""受理: a clerk writes down what a caller says, or what the centre hands on; one page, all buttons of one form."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from onegrid.accounts.identity.me import me
from onegrid.accounts.identity.models import User
from onegrid.cases.catalog.naming import suggest_classes
from onegrid.cases.catalog.queries import matters
from onegrid.cases.flow.access import ALARM, CONTACT, REPORT, require_report
from onegrid.cases.flow.actions import end_call, follow_case, look_up_caller, open_case
from onegrid.cases.flow.forms.reports import FIELD_OF, PlacedForm, by_major
from onegrid.cases.flow.models import CallOutcome, Case, Channel
from onegrid.cases.flow.photos import KeepsPhotos, PhotosField
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.queries.calls import calls_from, own_calls
from onegrid.cases.flow.queries.public import sent_before
from onegrid.cases.flow.rules import ADDRESS_MAX, NOTE_MAX, TEXT_MAX
from onegrid.cases.flow.similar.queries import Told, like_cases
from onegrid.hall.answers.queries import find_answers
from onegrid.kit.errors import Refused
from onegrid.places.addresses.queries import find_addresses, public_address
from onegrid.places.basemap.queries import point_map_config

ADDRESSES_SHOWN = 8
ANSWERS_SHOWN = 3
PLACE_OF_REFUSAL = FIELD_OF | {
    "purpose_needed": "purpose",
    "no_phone": "contact_phone",
    "no_such_outcome": "outcome",
    "words_needed": "said",
    "case_needed": "about",
    "no_such_case": "about",
}


class PhoneForm(PlacedForm, KeepsPhotos):
    """In the order in which people speak: what, where, who. `key`: a second press makes no second case."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Who tells us?"),
        choices=[
            (Channel.HOTLINE, gettext_lazy("A caller (hotline)")),
            (Channel.SUPERVISOR, gettext_lazy("A leader or a supervisor")),
        ],
        widget=forms.RadioSelect,
        initial=Channel.HOTLINE,
    )
    text = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )
    photos = PhotosField(help_text=gettext_lazy("What the caller sent, or shows at the counter."))
    matter = forms.ChoiceField(label=gettext_lazy("Class"), required=False)
    address = forms.CharField(label=gettext_lazy("Where is it?"), required=False, max_length=ADDRESS_MAX)
    found_address = forms.TypedChoiceField(
        label=gettext_lazy("Found addresses"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Caller's phone"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    contact_name = forms.CharField(label=gettext_lazy("Caller's name"), required=False, max_length=40)
    purpose = forms.CharField(
        label=gettext_lazy("What do you need the earlier reports for?"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "purposes", "autocomplete": "off"}),
    )
    secret = forms.BooleanField(
        label=gettext_lazy("The caller asks for secrecy"),
        help_text=gettext_lazy("Only the centre will know who reported it."),
        required=False,
    )
    urgent = forms.BooleanField(
        label=gettext_lazy("Emergency"),
        help_text=gettext_lazy(
            "The leaders are told at once; for danger to people call 110, 119 or 120 first."
        ),
        required=False,
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    outcome = forms.ChoiceField(
        label=gettext_lazy("How did the call end?"),
        choices=CallOutcome.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    about = forms.CharField(
        label=gettext_lazy("Number of the matter"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("When the caller asked about one."),
    )
    said = forms.CharField(
        label=gettext_lazy("What you said"),
        required=False,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, at: datetime, clerk: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.at = at
        self.classes = {str(found.pk): found for found in matters(at=at)}
        self.fields["matter"].choices = [("", "—"), *by_major(self.classes.values())]  # type: ignore[attr-defined]  # a ChoiceField
        if not clerk.scope(ALARM).reaches:
            del self.fields["urgent"]
        self.hits = self._addresses()
        self.fields["found_address"].choices = [(hit.pk, hit.full_name) for hit in self.hits]  # type: ignore[attr-defined]  # a ChoiceField

    def _addresses(self) -> list:
        words = (
            str(self.data.get("address", "")).replace("\x00", "").strip()[:ADDRESS_MAX]
            if self.is_bound
            else ""
        )
        hits = [hit.address for hit in find_addresses(words, limit=ADDRESSES_SHOWN)] if words else []
        chosen = str(self.data.get("found_address", "")) if self.is_bound else ""
        if chosen.isdecimal() and len(chosen) < 10 and int(chosen) not in {hit.pk for hit in hits}:
            one = public_address(int(chosen))
            hits += [one] if one else []
        return hits

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = next((hit for hit in self.hits if hit.pk == given.get("found_address")), None)
        if chosen is not None:
            given["address"] = chosen.full_name
            if chosen.point is not None and given.get("lon") is None:
                given["lon"], given["lat"] = chosen.point.x, chosen.point.y
        return given

    def ended(self) -> dict[str, Any]:
        """As end_call takes it: what was asked, and what was said."""
        given = self.data
        said = "\n".join(one for one in (given.get("text", "").strip(), given.get("said", "").strip()) if one)
        return {
            "outcome": given.get("outcome", ""),
            "words": said,
            "phone": given.get("contact_phone", "")[:40],
            "number": given.get("about", "")[:40],
            "key": given.get("key", ""),
        }

    def told(self) -> Told:
        """As far as it says which matter it is, also while some of it is still missing."""
        given = self.cleaned_data
        known = self.classes.get(given.get("matter") or "")
        return Told(
            given.get("text") or "",
            known,
            given.get("lon"),
            given.get("lat"),
            given.get("address") or "",
            self.at,
        )

    def report(self) -> dict[str, Any]:
        """As open_case takes it."""
        given = self.cleaned_data
        names = ("text", "photos", "lon", "lat", "address", "contact_name", "contact_phone", "secret")
        return {name: given[name] for name in names} | {
            "channel": Channel(given["channel"]),
            "case_class": self.classes.get(given["matter"]),
            "urgent": given.get("urgent", False),
            "idempotency_key": given["key"],
        }


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Each button posts the whole form: look up the caller, find the place and the class, send, follow instead."""
    clerk, now = me(request), timezone.now()
    require_report(clerk)
    form = PhoneForm(
        request.POST or None, request.FILES or None, at=now, clerk=clerk, initial={"key": uuid4().hex}
    )
    context: dict[str, Any] = {"may_look_up": bool(clerk.scope(CONTACT).reaches)}
    if request.method == "POST":
        try:
            done = _pressed(request, form, context, now)
        except Refused as refusal:
            form.add_error(PLACE_OF_REFUSAL.get(refusal.code), str(refusal.message))
            done = None
        if done is not None:
            return done
        form.keep_photos(now)
    told = request.session.pop("told_caller", None)
    status = 400 if form.errors and "look" not in context else 200
    context |= {
        "form": form,
        "told": told,
        "point_map": point_map_config(),
        "calls_before": own_calls(clerk=clerk),
    }
    return render(request, "desk/new.html", context, status=status)


@login_required
@never_cache
@require_POST
def live(request: HttpRequest) -> HttpResponse:
    """What the page shows while the clerk writes: likely classes, addresses, cases like it, answers that are known
    already; and, when that button was pressed, the caller's earlier reports. Nothing is written but the look-up's
    entry in the audit trail."""
    clerk, now = me(request), timezone.now()
    require_report(clerk)
    form = PhoneForm(request.POST, None, at=now, clerk=clerk)
    form.is_valid()
    context: dict[str, Any] = {"may_look_up": bool(clerk.scope(CONTACT).reaches), "live": True}
    if "look_up" in request.POST:
        try:
            _look_up(request, context, now)
        except Refused as refusal:
            context["look_up_refused"] = str(refusal.message)
    _find(request, form, context, now)
    return render(request, "desk/new_live.html", context | {"form": form, "look": True})


def _look_up(request: HttpRequest, context: dict, now: datetime) -> None:
    phone, purpose = request.POST.get("contact_phone", "")[:40], request.POST.get("purpose", "")
    context["calls"] = look_up_caller(phone=phone, purpose=purpose, by=me(request), at=now)
    context["calls_from"] = calls_from(phone=phone, clerk=me(request))


def _find(request: HttpRequest, form: "PhoneForm", context: dict, now: datetime) -> None:
    words = request.POST.get("text", "")[:TEXT_MAX].replace("\x00", "")
    context["guesses"] = suggest_classes(text=words, at=now)
    context["alike"] = like_cases(told=form.told(), viewer=me(request)) if words.strip() else []
    here = next((reach.path for reach in me(request).scope(REPORT).reaches if reach.path), "")
    context["answers"] = find_answers(text=words, path=here, limit=ANSWERS_SHOWN)


def _pressed(request: HttpRequest, form: PhoneForm, context: dict, now: datetime) -> HttpResponse | None:
    """What the pressed button asks for; None: the page again, with what was found."""
    clerk = me(request)
    valid = form.is_valid()
    if "look_up" in request.POST:
        context["look"] = True
        _only_photos(form)
        _look_up(request, context, now)
        return None
    if "end" in request.POST:
        context["look"] = context["ending"] = True
        _only_photos(form)
        end_call(**form.ended(), by=clerk, at=now)
        messages.success(request, _("The call is on record."))
        return redirect("desk:new")
    if "find" in request.POST:
        context["look"] = True
        _only_photos(form)
        _find(request, form, context, now)
        if context["guesses"] and not request.POST.get("matter"):
            form.data = request.POST.copy()  # the likeliest is chosen; the clerk sees it and may change it
            form.data["matter"] = str(context["guesses"][0].case_class.pk)
        return None
    if not valid:
        return None
    key, channel = form.cleaned_data["key"], Channel(form.cleaned_data["channel"])
    if number := request.POST.get("follow", ""):
        return _followed(request, form, number, now)
    if "different" not in request.POST and not sent_before(channel=channel, key=key):
        context["alike"] = like_cases(told=form.told(), viewer=clerk)
        if context["alike"]:
            context["ask"] = True
            return None
    case = open_case(**form.report(), by=clerk, at=now)
    return _tell(request, case, case.follow_code, _("%(number)s is written down."))


def _only_photos(form: PhoneForm) -> None:
    """Nothing is sent yet: what is still missing is not said; what is wrong with a file is, since it is not kept."""
    for name in [name for name in form.errors if name != "photos"]:
        del form.errors[name]


def _followed(request: HttpRequest, form: PhoneForm, number: str, now: datetime) -> HttpResponse:
    """The caller follows one of the clerk's own visible cases."""
    case = case_story(number=number[:40], viewer=me(request)).case
    follower = follow_case(
        case_id=case.pk,
        channel=Channel(form.cleaned_data["channel"]),
        words=form.cleaned_data["text"],
        photos=form.cleaned_data["photos"],
        contact_phone=form.cleaned_data["contact_phone"],
        idempotency_key=form.cleaned_data["key"],
        by=me(request),
        at=now,
    )
    return _tell(request, case, follower.follow_code, _("The caller follows %(number)s."))


def _tell(request: HttpRequest, case: Case, code: str, words: str) -> HttpResponse:
    """Back to an empty form for the next call; number and code stand above it once, to be read out."""
    request.session["told_caller"] = {"number": case.number, "code": code}
    messages.success(request, words % {"number": case.number})
    return redirect("desk:new")
