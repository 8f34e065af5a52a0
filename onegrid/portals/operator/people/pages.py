"""The list of people in reach, and one of them."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from onegrid.accounts.duties.queries import duties_of, leaves_of
from onegrid.accounts.identity import lockout, queries
from onegrid.accounts.identity.access import EDIT, require_somewhere
from onegrid.accounts.identity.actions.engaging import take_on
from onegrid.accounts.identity.actions.exporting import export_people
from onegrid.accounts.identity.models import Grant, Posting
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.identity.queries import LEFT, LOCKED, SERVING, PeopleAsked
from onegrid.accounts.orgs.queries import organisations_in_reach
from onegrid.kit.actors import Actor, viewer_of
from onegrid.kit.crypto import mask_phone
from onegrid.kit.ui.asking import form_page, number, part_of
from onegrid.places.areas.queries import areas_in_reach
from onegrid.portals.operator.exporting import me, workbook
from onegrid.portals.operator.people.forms import NewForm, PurposeForm
from onegrid.portals.operator.trail import told


@login_required
@never_cache
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    viewer, asked = viewer_of(request), _asked(request)
    rows = queries.people_list(viewer=viewer, at=timezone.now(), asked=asked)
    context = {
        "part": part_of(rows, request),
        "asked": asked,
        "posts": PostKind.choices,
        "roles": queries.roles(),
        "units": organisations_in_reach(viewer=viewer, what=queries.SEE),
        "may_edit": bool(viewer.scope(EDIT).reaches),
    }
    return render(request, "operator/people/list.html", context)


@login_required
@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as it is narrowed, as Excel: without private phones. Who took it is on record."""
    rows: Any = export_people(asked=_asked(request), by=me(request), at=timezone.now())
    header = [_("Sign-in name"), _("Name of the person"), _("Posts"), _("Roles"), _("Last signed in")]
    cells = (
        [
            person.username,
            person.display_name,
            "; ".join(_post_words(post) for post in person.posts_shown),
            "; ".join(_grant_words(grant) for grant in person.grants_shown),
            timezone.localtime(person.last_login) if person.last_login else None,
        ]
        for person in rows
    )
    return workbook(_("People"), header, cells, widths=(20, 16, 50, 50, 18))


@login_required
@never_cache
@require_GET
def one_person(request: HttpRequest, user_id: int) -> HttpResponse:
    return person_page(request, user_id)


def person_page(
    request: HttpRequest, user_id: int, *, phone: str | None = None, status: int = 200, **more: object
) -> HttpResponse:
    """`phone`: in the clear, on the answer to the question what it is needed for, and nowhere else."""
    viewer, now = viewer_of(request), timezone.now()
    person = queries.person(user_id, viewer=viewer)
    path, org_id = place_of(person, viewer)
    context = {
        "person": person,
        "today": timezone.localdate(now),
        "masked": mask_phone(person.phone),
        "phone": phone,
        "purpose_form": PurposeForm(),
        "duties": duties_of(person, now),
        "leaves": leaves_of(person, now),
        "waits": lockout.waits(person, now),
        "history": told(person, viewer=viewer, path=path, org_id=org_id),
        "may_edit": viewer.scope(EDIT).covers(path, org_id),
        **more,
    }
    return render(request, "operator/people/one.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    require_somewhere(viewer, EDIT)
    form = NewForm(
        request.POST or None,
        units=organisations_in_reach(viewer=viewer, what=EDIT),
        areas=areas_in_reach(viewer=viewer, what=EDIT),
        roles=queries.roles(),
    )
    done = partial(_shown_once, request)
    return form_page(request, "operator/people/new.html", form, act=take_on, done=done, show=dict)


def _shown_once(request: HttpRequest, taken: object) -> HttpResponse:
    return render(request, "operator/people/password.html", {"taken": [taken]})


def place_of(person: Any, viewer: Actor) -> tuple[str | None, int | None]:
    """Where somebody is looked after (`person`: of `queries.person`): the first of the posts and roles shown that
    the viewer may edit, else any."""
    places = [_place(row) for row in (*person.posts_shown, *person.grants_shown)]
    scope = viewer.scope(EDIT)
    return next((place for place in places if scope.covers(*place)), places[0] if places else (None, None))


def _place(row: Posting | Grant) -> tuple[str | None, int | None]:
    org = row.organisation
    found = row.area or (org.area if org is not None else None)
    return (found.path if found is not None else None), (org.pk if org is not None else None)


def back_to(request: HttpRequest, user_id: int, words: str, _made: object = None) -> HttpResponse:
    messages.success(request, words)
    return redirect("operator:person", user_id)


def _asked(request: HttpRequest) -> PeopleAsked:
    got = request.GET
    show = got.get("show", SERVING)
    post = got.get("post", "")
    return PeopleAsked(
        text=got.get("q", "")[:60],
        show=show if show in (SERVING, LOCKED, LEFT) else SERVING,
        post=post if post in PostKind.values else "",
        role=got.get("role", "")[:32],
        org_id=number(got.get("org", "")),
    )


def _post_words(post: Posting) -> str:
    words = [str(post.get_kind_display()), post.organisation.name]
    return " · ".join([*words, post.area.name] if post.area else words)


def _grant_words(grant: Grant) -> str:
    return " · ".join(
        [grant.role.label, *(place.name for place in (grant.area, grant.organisation) if place)]
    )
