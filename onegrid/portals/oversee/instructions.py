"""Written instructions: the list, writing one, one with its history, and each step of a unit's part."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.catalog.models import amount
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.files import file_answer
from onegrid.oversight.supervision import actions
from onegrid.oversight.supervision.access import REPLY, WRITE, require_somewhere
from onegrid.oversight.supervision.actions.exporting import export_errands
from onegrid.oversight.supervision.limits import limits
from onegrid.oversight.supervision.models import Errand, UrgencyChoices, VerbChoices
from onegrid.oversight.supervision.queries import instructions as reading
from onegrid.oversight.supervision.queries.instructions import TAB_WORDS, Asked, Tab
from onegrid.oversight.supervision.rules import Verb
from onegrid.portals.oversee.forms import FORMS, InstructionForm

KEY_MAX = 60
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACTIONS: dict[Verb, Callable[..., Errand]] = {
    Verb.SIGN: actions.sign,
    Verb.REPLY: actions.reply,
    Verb.ASK_TIME: actions.ask_time,
    Verb.GIVE_TIME: actions.give_time,
    Verb.REFUSE_TIME: actions.refuse_time,
    Verb.REMIND: actions.remind_unit,
    Verb.ASK_AGAIN: actions.ask_again,
    Verb.ACCEPT: actions.accept_reply,
    Verb.WITHDRAW: actions.withdraw,
}
AT_ONCE = (
    Verb.SIGN,
    Verb.ACCEPT,
)  # a press of the button is enough; words may be added on the page of the step


@login_required
@never_cache
@require_GET
def instruction_list(request: HttpRequest) -> HttpResponse:
    """Parts of instructions, by how their replies stand."""
    viewer, at, asked = me(request), timezone.now(), Asked.of(request.GET)
    mine = asked.mine and bool(viewer.scope(REPLY).reaches)
    asked = Asked(asked.tab, mine, asked.q)
    page = reading.errand_page(
        viewer=viewer, asked=asked, at=at, after=request.GET.get("after", "")[:KEY_MAX]
    )
    counts = reading.tab_counts(viewer=viewer, asked=asked, at=at)
    most = reading.COUNTED_TO
    return render(
        request,
        "oversee/instructions.html",
        {
            "asked": asked,
            "page": page,
            "tabs": [
                (TAB_WORDS[tab], _list_address(tab, asked), tab == asked.tab, _shown(counts[tab], most))
                for tab in Tab
            ],
            "here": _list_address(asked.tab, asked),
            "may_write": bool(viewer.scope(WRITE).reaches),
            "replies": bool(viewer.scope(REPLY).reaches),
            "everybodys": _list_address(asked.tab, Asked(asked.tab, not mine, asked.q)),
        },
    )


def _shown(count: int, most: int) -> str:
    return f"{most}+" if count > most else str(count or "")


def _list_address(tab: Tab, asked: Asked) -> str:
    pairs = (
        [("tab", tab.value)] + ([("mine", "1")] if asked.mine else []) + ([("q", asked.q)] if asked.q else [])
    )
    return f"?{urlencode(pairs)}"


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Writing one; `case` in the address names cases (several), `area` a place."""
    viewer, now = me(request), timezone.now()
    require_somewhere(viewer, WRITE)
    known = limits(timezone.localdate(now))
    said = [
        f"{UrgencyChoices(urgency).label}: {amount(limit, unit)}"
        for urgency, (limit, unit) in known.reply.items()
    ]
    form = InstructionForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "case_numbers": "\n".join(one[:24] for one in request.GET.getlist("case")[:20]),
            "area_id": request.GET.get("area", "")[:18],
        },
        units=reading.addressable(writer=viewer, at=now),
        areas=[(area.pk, area.name) for area in reading.places_to_write_about(writer=viewer)],
        known=_("Empty: as the urgency says (%(limits)s).") % {"limits": "; ".join(said)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.write_instruction(**form.cleaned_data, by=viewer, at=now)
        except (Refused, NotFound) as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("The instruction is sent; the units are told."))
            return redirect("oversee:instruction", made.pk)
    context = {"form": form, "mark": known.mark}
    return render(request, "oversee/instruction_new.html", context, status=400 if form.errors else 200)


@login_required
@never_cache
@require_GET
def instruction(request: HttpRequest, instruction_id: int) -> HttpResponse:
    """What is wanted, how each unit stands, the history, who has read it. Opening it is put down as read."""
    story = actions.read_instruction(instruction_id=instruction_id, by=me(request), at=timezone.now())
    parts = [
        {
            "errand": part.errand,
            "lines": part.lines,
            "limit": amount(part.errand.limit + part.errand.extra, part.errand.unit),
            "asked": amount(part.errand.time_asked, part.errand.unit) if part.errand.time_asked else "",
            "steps": [
                {"code": verb, "label": VerbChoices(verb).label, "now": verb in AT_ONCE}
                for verb in part.verbs
            ],
        }
        for part in story.parts
    ]
    return render(request, "oversee/instruction.html", {"story": story, "parts": parts})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, errand_id: int, verb: str) -> HttpResponse:
    """One step of one unit's part, and back to the instruction with what came of it."""
    viewer, now = me(request), timezone.now()
    story, part = reading.errand_in_reach(errand_id=errand_id, viewer=viewer, at=now)
    chosen = Verb(verb) if verb in set(Verb) else None
    if chosen is None or chosen not in FORMS:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    back = redirect("oversee:instruction", story.instruction.pk)
    if request.method == "GET" and chosen not in part.verbs:
        messages.warning(request, _("This cannot be done with it now."))
        return back
    more: dict[str, Any] = {}
    if chosen == Verb.ASK_TIME:
        more["counted_in"] = dict(Errand._meta.get_field("unit").flatchoices).get(part.errand.unit, "")
    form = FORMS[chosen](
        request.POST or None, request.FILES or None, initial={"version": part.errand.version}, **more
    )
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        seen = form.cleaned_data["version"]
        try:
            after = ACTIONS[chosen](errand_id=errand_id, seen_version=seen, **given, by=viewer, at=now)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            if refusal.code in ("changed_meanwhile", "step_not_allowed"):
                messages.warning(request, str(refusal.message))
                return back
        else:
            messages.success(request, f"{after.org.name}: {after.get_state_display()}")
            return back
    context = {"story": story, "part": part, "form": form, "verb": chosen, "label": VerbChoices(chosen).label}
    return render(request, "oversee/errand.html", context, status=400 if form.errors else 200)


@login_required
@require_GET
def attached(request: HttpRequest, file_id: int) -> HttpResponseBase:
    return file_answer(reading.attached_file(file_id=file_id, viewer=me(request), at=timezone.now()), request)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The list as a file."""
    made = export_errands(asked=Asked.of(request.GET), form=form, by=me(request), at=timezone.now())
    answer = StreamingHttpResponse(made.pieces, content_type=MEDIA[form])
    answer["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
