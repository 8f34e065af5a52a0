"""The reader's own choice of look, kept in two cookies."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from onegrid.kit.ui.context import THEMES, TYPE_SIZES

YEAR_IN_SECONDS = 31_536_000
CHOICES = {"theme": THEMES, "type": TYPE_SIZES}


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Theme and type size without script; with script the page changes in place (islands/site/look.ts)."""
    onward = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = "/"
    answer = HttpResponseRedirect(onward)
    for name, allowed in CHOICES.items():
        if request.POST.get(name) in allowed:
            answer.set_cookie(f"look_{name}", request.POST[name], max_age=YEAR_IN_SECONDS, samesite="Lax")
    return answer
