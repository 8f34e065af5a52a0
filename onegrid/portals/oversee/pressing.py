"""督办 from here: a word to whoever has the case."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from onegrid.accounts.identity.me import me
from onegrid.cases.flow.access import PRESS, require_case
from onegrid.cases.flow.actions import press_case
from onegrid.cases.flow.queries import case_story
from onegrid.cases.flow.rules import Verb
from onegrid.kit.errors import Refused
from onegrid.oversight.supervision.queries.matters import presses
from onegrid.portals.oversee.forms import PressForm


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def press(request: HttpRequest, number: str) -> HttpResponse:
    """Who has it, how late it is, what was pressed before; then one sentence."""
    story, now = case_story(number=number, viewer=me(request)), timezone.now()
    require_case(me(request), PRESS, story.case)
    back = reverse("oversee:matters") + "?kind=pressed"
    if Verb.PRESS not in story.verbs:
        messages.warning(request, _("This step is not possible now."))
        return redirect("desk:case", story.case.number)
    form = PressForm(request.POST or None, initial={"version": story.case.version})
    if request.method == "POST" and form.is_valid():
        try:
            press_case(
                case_id=story.case.pk,
                reason=form.cleaned_data["reason"],
                seen_version=form.cleaned_data["version"],
                by=me(request),
                at=now,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            again = request.POST.copy()
            again["version"] = str(story.case.version)
            form.data = again
        else:
            messages.success(request, _("%(number)s is pressed.") % {"number": story.case.number})
            return redirect(back)
    context = {"story": story, "form": form, "last": presses([story.case.pk]).get(story.case.pk)}
    return render(request, "oversee/press.html", context, status=400 if form.errors else 200)
