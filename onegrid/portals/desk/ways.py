"""下一步、退回: one address each, for links and keys; which step that is depends on the case and the person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import Story, case_story
from onegrid.cases.flow.rules import Verb
from onegrid.portals.desk.returning import with_from
from onegrid.portals.desk.steps import possible

# In the order in which they are asked for: a held case goes on first, an application waits for an answer.
FORWARD = (
    Verb.RESUME, Verb.DECIDE, Verb.VERIFY, Verb.FILE, Verb.DISPATCH, Verb.HANDLE, Verb.GIVE_HELP, Verb.CHECK,
    Verb.CLOSE,
)  # fmt: skip
BACKWARD = (Verb.RETURN, Verb.REWORK, Verb.RECALL, Verb.HAND_DOWN)


def way_of(story: Story, viewer: User, way: str) -> Verb | None:
    """The step that "next" or "back" means now; None: there is none for this person."""
    open_now = possible(story, viewer)
    return next((verb for verb in (FORWARD if way == "next" else BACKWARD) if verb in open_now), None)


@login_required
@never_cache
@require_GET
def way(request: HttpRequest, number: str, way: str) -> HttpResponse:
    """Leads to the form of the step, or to the case with a word why not."""
    assert isinstance(request.user, User)
    story = case_story(number=number, viewer=request.user)
    verb = way_of(story, request.user, way)
    if verb is None:
        forth = _("You have no next step with this case; the page says why.")
        messages.info(
            request, forth if way == "next" else _("You cannot send this case back; the page says why.")
        )
        return redirect(with_from(reverse("desk:case", args=[story.case.number]), request))
    return redirect(with_from(reverse("desk:act", args=[story.case.number, verb.value]), request))
