"""My photo for the residents of my grid: shown by my consent, taken back by one press."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegrid.accounts.identity.me import me
from onegrid.accounts.portraits.actions import show_portrait, withdraw_portrait
from onegrid.accounts.portraits.queries import consents_of, may_have_portrait, portrait_of
from onegrid.accounts.portraits.rules import TERMS
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.files import file_answer
from onegrid.kit.ui.asking import form_page


class PortraitForm(forms.Form):
    photo = forms.FileField(
        label=gettext_lazy("Photo of your face"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=gettext_lazy("The middle is cut to a square; place, time and device are taken out of it."),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I agree that residents of my grid see this photo while I answer for it."),
        required=False,
    )

    def clean_photo(self) -> Any:
        given = self.cleaned_data["photo"]
        if given.size > settings.FILE_BYTES["photo"]:
            raise forms.ValidationError(_("Please choose a smaller photo."))
        return given

    def given(self) -> dict[str, Any]:
        return {"photo": self.cleaned_data["photo"].read(), "agreed": self.cleaned_data["agreed"]}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def portrait(request: HttpRequest) -> HttpResponse:
    """The photo as residents see it, what was agreed to and when, and another one; for who answers for a grid."""
    worker, now = me(request), timezone.now()
    may, own = may_have_portrait(worker, now), portrait_of(worker)
    if not may and own is None:
        raise NotAllowed("no_grid_duty", _("Only who answers for a grid is shown to its residents."))
    if not may:  # the duty is over; the photo can still be taken back
        return render(request, "staff/portrait.html", {"form": None, **_shown(request)})

    def done(made: object) -> HttpResponse:
        messages.success(request, _("Residents of your grid see this photo now."))
        return redirect("staff:portrait")

    form = PortraitForm(request.POST or None, request.FILES or None)
    return form_page(
        request, "staff/portrait.html", form, act=show_portrait, done=done, show=lambda: _shown(request)
    )


def _shown(request: HttpRequest) -> dict[str, Any]:
    own = portrait_of(me(request))
    consents = consents_of(me(request))
    return {"own": own, "consents": consents, "outdated": own is not None and own.terms != TERMS}


@login_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    withdraw_portrait(by=me(request), at=timezone.now())
    messages.success(request, _("Your photo is deleted; residents see your initial only."))
    return redirect("staff:account")


@login_required
@require_GET
def photo(request: HttpRequest) -> HttpResponseBase:
    own = portrait_of(me(request))
    if own is None or own.file is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return file_answer(own.file, request)
