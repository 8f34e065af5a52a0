"""My score so far: every point with its reason, the scores that were made, and the signs about my work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.identity.me import me
from onegrid.accounts.presence.access import SIGN_ON
from onegrid.kit.errors import NotAllowed
from onegrid.oversight.scores.queries import own_scores, own_signs, so_far
from onegrid.oversight.scores.telling import sign_words
from onegrid.portals.worker.shell import page


@login_required
@never_cache
@require_GET
def score(request: HttpRequest) -> HttpResponse:
    """The running period by the rule in force; nobody else sees it before the period is over."""
    worker = me(request)
    if not worker.scope(SIGN_ON).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SIGN_ON)
    context = {
        "found": so_far(viewer=worker, at=timezone.now()),
        "scores": own_scores(viewer=worker),
        "signs": [(sign, sign_words(sign)) for sign in own_signs(viewer=worker)],
    }
    return page(request, "worker/score.html", context)
