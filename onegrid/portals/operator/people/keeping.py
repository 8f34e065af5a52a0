"""Changes of one account by page: each a small form that says what it does, then one action."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from onegrid.accounts.identity import actions, lockout, queries
from onegrid.accounts.identity.access import EDIT, require_known, require_may_manage, require_somewhere
from onegrid.accounts.identity.actions import engaging, keeping
from onegrid.accounts.identity.models import User
from onegrid.accounts.identity.passwords import first_password
from onegrid.accounts.orgs.queries import organisations_in_reach
from onegrid.kit.actors import viewer_of
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.ui.asking import form_page, post_only
from onegrid.places.areas.queries import areas_in_reach
from onegrid.portals.operator.people.forms import (
    EndForm,
    NameForm,
    PhoneForm,
    PostForm,
    PurposeForm,
    ReasonForm,
    RoleForm,
    SureForm,
    TransferForm,
)
from onegrid.portals.operator.people.pages import back_to, person_page


def page(methods: list[str]) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """What every page here is: for people who signed in, never kept by a browser."""

    def wrapped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        return login_required(never_cache(require_http_methods(methods)(view)))

    return wrapped


BOTH = ["GET", "POST"]


@page(BOTH)
def name(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    form = NameForm(request.POST or None, initial={"display_name": person.display_name})
    act = partial(keeping.change_name, user_id=user_id)
    return _one(request, person, form, act, _("Change the name"), said=_("The name was changed."))


@page(BOTH)
def phone(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    act = partial(actions.change_phone, user=person)
    told = _("The old number is not shown here; what you type replaces it.")
    return _one(
        request, person, _form(PhoneForm, request), act, _("Change the private phone"),
        said=_("The private phone was changed."), told=told,
    )  # fmt: skip


@login_required
@never_cache
@require_POST
def reveal(request: HttpRequest, user_id: int) -> HttpResponse:
    """The private phone stands on this answer and nowhere else."""
    _kept(request, user_id)
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return person_page(request, user_id, status=422, purpose_form=form)
    try:
        shown = keeping.reveal_phone(
            user_id=user_id, **form.given(), by=viewer_of(request), at=timezone.now()
        )
    except Refused as refusal:
        return person_page(request, user_id, status=409, refusal=refusal)
    return person_page(request, user_id, phone=shown.phone)


@page(BOTH)
def password(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new first password, made here and shown once."""
    person = _kept(request, user_id)
    made = first_password()

    def done(user: User) -> HttpResponse:
        taken = engaging.TakenOn(user, made)
        return render(request, "operator/people/password.html", {"taken": [taken]})

    told = _(
        "A new first password is made and shown once. Whoever is signed in with this account is signed out."
    )
    act = partial(actions.reset_password, user=person, password=made)
    return _one(
        request, person, _form(SureForm, request), act, _("Reset the password"), done=done, told=told
    )  # fmt: skip


@page(BOTH)
def lock(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    told = _(
        "Nobody signs in with it until it is unlocked; open tasks go to who answers. Posts and roles stay."
    )
    act = partial(keeping.lock_account, user_id=user_id)
    return _one(
        request, person, _form(ReasonForm, request), act, _("Lock the account"),
        said=_("The account is locked."), told=told,
    )  # fmt: skip


@page(BOTH)
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    act = partial(keeping.unlock_account, user_id=user_id)
    return _one(
        request, person, _form(ReasonForm, request), act, _("Unlock the account"),
        said=_("The account is unlocked."), told=_("Everything is as it was before the lock."),
    )  # fmt: skip


@login_required
@never_cache
@require_POST
def end_wait(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ends the wait after too many wrong passwords."""
    person = _kept(request, user_id)
    to = person_address(user_id)
    return post_only(request, lockout.unlock, said=_("The wait has ended."), to=to, user=person)


@page(BOTH)
def leave(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    told = _("Every duty, role and post ends today, every session at once. The account stays in the history.")
    act = partial(actions.leave_service, user=person)
    return _one(
        request, person, _form(SureForm, request), act, _("Leave for good"),
        said=_("The account is closed. It can be taken back here."), told=told,
    )  # fmt: skip


@page(BOTH)
def take_back(request: HttpRequest, user_id: int) -> HttpResponse:
    viewer = viewer_of(request)
    require_somewhere(viewer, EDIT)
    person = queries.person(user_id, viewer=viewer)
    require_known(viewer, person)
    act = partial(keeping.take_back, user_id=user_id)
    return _one(
        request, person, _form(ReasonForm, request), act, _("Take back"),
        said=_("The account is open again. Give it a post and a role."),
        told=_("Posts, roles and duties that ended stay ended: give them anew."),
    )  # fmt: skip


@page(BOTH)
def appoint(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    form = PostForm(request.POST or None, **_places(request))
    act = partial(actions.appoint, user=person)
    told = _("A post says what somebody is. What the account may do, roles say.")
    return _one(request, person, form, act, _("Give a post"), said=_("The post was given."), told=told)


@page(BOTH)
def end_post(request: HttpRequest, user_id: int, posting_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    post = _of(person, "posts_shown", posting_id)
    act = partial(actions.end_posting, posting_id=posting_id)
    told = _("Duties and roles stay until they are ended too.")
    return _one(
        request, person, _form(EndForm, request), act, _("End a post"), said=_("The post was ended."), told=told,
        about=f"{post.get_kind_display()} · {post.organisation.name}",
    )  # fmt: skip


@page(BOTH)
def transfer(request: HttpRequest, user_id: int, posting_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    post = _of(person, "posts_shown", posting_id)
    form = TransferForm(request.POST or None, of=post, **_places(request))
    act = partial(engaging.transfer_post, posting_id=posting_id)
    told = _("The old post ends and the new one begins on that day. Duties stay until they are handed over.")
    return _one(
        request, person, form, act, _("Transfer"), said=_("The person was transferred."), told=told,
        about=f"{post.get_kind_display()} · {post.organisation.name}",
    )  # fmt: skip


@page(BOTH)
def grant(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    form = RoleForm(request.POST or None, roles=queries.roles(), **_places(request))
    act = partial(actions.grant_role, user=person)
    told = _("Nobody gives more than he may himself, nor to himself.")
    return _one(request, person, form, act, _("Give a role"), said=_("The role was given."), told=told)


@page(BOTH)
def end_grant(request: HttpRequest, user_id: int, grant_id: int) -> HttpResponse:
    person = _kept(request, user_id)
    found = _of(person, "grants_shown", grant_id)
    act = partial(actions.end_grant, grant_id=grant_id)
    return _one(
        request, person, _form(EndForm, request), act, _("End a role"), said=_("The role was ended."),
        about=found.role.label,
    )  # fmt: skip


def person_address(user_id: int) -> str:
    return reverse("operator:person", args=[user_id])


def _one(
    request: HttpRequest,
    person: User,
    form: Any,
    act: Callable[..., Any],
    title: str,
    *,
    said: str = "",
    told: str = "",
    about: str = "",
    done: Callable[[Any], HttpResponse] | None = None,
) -> HttpResponse:
    """One form about one person: `title` is also its button, `told` what it does, `about` what it is about."""
    context = {"person": person, "title": title, "told": told, "about": about}
    onward = done or partial(back_to, request, person.pk, said)
    return form_page(request, "operator/people/form.html", form, act=act, done=onward, show=lambda: context)


def _form(kind: type[Any], request: HttpRequest) -> Any:
    return kind(request.POST if request.method == "POST" else None)


def _kept(request: HttpRequest, user_id: int) -> User:
    """Somebody in reach whose account this viewer looks after."""
    viewer = viewer_of(request)
    require_somewhere(viewer, EDIT)
    person = queries.person(user_id, viewer=viewer)
    require_may_manage(viewer, person, timezone.localdate())
    return person


def _of(person: User, what: str, pk: int) -> Any:
    found = next((row for row in getattr(person, what) if row.pk == pk), None)
    if found is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return found


def _places(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    return {
        "units": organisations_in_reach(viewer=viewer, what=EDIT),
        "areas": areas_in_reach(viewer=viewer, what=EDIT),
    }
