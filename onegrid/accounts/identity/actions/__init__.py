"""Opening accounts, giving and ending rights and posts, and letting people leave."""

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.access import EDIT, require_may_grant, require_may_manage, require_somewhere
from onegrid.accounts.identity.actions.sessions import end_sessions
from onegrid.accounts.identity.facts import RightsChanged, UserLeft
from onegrid.accounts.identity.models import Grant, Posting, Role, User
from onegrid.accounts.identity.plugins import RELEASES
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.identity.roles import role_table
from onegrid.accounts.orgs.models import Organisation
from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.crypto import blind_index
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce
from onegrid.places.areas.models import Area


@transaction.atomic
def create_user(
    *,
    username: str,
    display_name: str,
    password: str,
    by: Actor,
    at: datetime,
    phone: str = "",
    email: str = "",
    must_change_password: bool = True,
) -> User:
    """A new account without any right. `password` is the first one, changed at the first sign-in by default.

    Refused: username_taken, weak_password (details.reasons), name_missing.
    """
    require_somewhere(by, EDIT)
    username = User.normalize_username(username.strip())
    if not username or not display_name.strip():
        raise Refused("name_missing", _("A sign-in name and a name are needed."))
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("username_taken", _("This sign-in name is taken."), username=username)
    user = User(username=username, display_name=display_name.strip(), email=email, date_joined=at)
    _set_phone(user, phone)
    _check_password(password, user)
    user.set_password(password)
    user.must_change_password = must_change_password
    user.save()
    record("users.create", by=by, about=user, at=at)
    return user


@transaction.atomic
def grant_role(
    *,
    user: User,
    role_code: str,
    by: Actor,
    at: datetime,
    area: Area | None = None,
    organisation: Organisation | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Grant:
    """Gives a role for an area subtree and/or an organisation; neither means everywhere.

    Refused: user_left, no_such_role, empty_term, granted_already.
    """
    locked = _locked(user)
    org_path = organisation.area.path if organisation is not None else None
    require_may_grant(
        by,
        locked,
        path=area.path if area is not None else org_path,
        org_id=organisation.pk if organisation is not None else None,
    )
    role = Role.objects.filter(code=role_code).first()
    if role is None:
        raise Refused("no_such_role", _("There is no such role."), role=role_code)
    first = valid_from or timezone.localdate(at)
    _check_term(first, valid_to)
    same = Grant.objects.filter(user=locked, role=role, area=area, organisation=organisation, valid_to=None)
    if same.exists():
        raise Refused("granted_already", _("This role is granted already."), role=role_code)
    grant = Grant.objects.create(
        user=locked, role=role, area=area, organisation=organisation, valid_from=first, valid_to=valid_to
    )
    _say_granted("users.grant", grant, by, at)
    return grant


@transaction.atomic
def end_grant(*, grant_id: int, by: Actor, at: datetime, on: date | None = None) -> Grant:
    """The grant reaches nothing from `on` (today) on. Refused: ended_already, empty_term."""
    rows = Grant.objects.select_for_update(of=("self",)).select_related("area", "organisation__area")
    grant = _found(rows, grant_id)
    area = grant.area or (grant.organisation.area if grant.organisation else None)
    require(by, EDIT, path=area.path if area else None, org_id=grant.organisation_id)
    today = timezone.localdate(at)
    if grant.valid_to is not None and grant.valid_to <= today:
        raise Refused("ended_already", _("This has ended already."))
    _check_end(on, today)
    grant.valid_to = max(on or today, grant.valid_from)
    grant.save(update_fields=["valid_to"])
    _say_granted("users.end_grant", grant, by, at)
    return grant


@transaction.atomic
def appoint(
    *,
    user: User,
    organisation: Organisation,
    kind: PostKind,
    by: Actor,
    at: datetime,
    area: Area | None = None,
    public_phone: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Posting:
    """Gives a user a post (岗位). A post carries no right: roles do. Refused: user_left, org_closed, empty_term."""
    locked = _locked(user)
    require(by, EDIT, path=area.path if area is not None else organisation.area.path, org_id=organisation.pk)
    if organisation.closed_on is not None:
        raise Refused("org_closed", _("This organisation is closed."), organisation=organisation.name)
    first = valid_from or timezone.localdate(at)
    _check_term(first, valid_to)
    posting = Posting.objects.create(
        user=locked,
        organisation=organisation,
        kind=PostKind(kind),
        area=area,
        public_phone=public_phone,
        valid_from=first,
        valid_to=valid_to,
    )
    record("users.appoint", by=by, about=posting, at=at, details={"user": locked.pk, "post": posting.kind})
    return posting


@transaction.atomic
def end_posting(*, posting_id: int, by: Actor, at: datetime, on: date | None = None) -> Posting:
    """The post is held no more from `on` (today) on. Duties stay until they are ended or handed over.

    Refused: ended_already, empty_term.
    """
    posting = _found(
        Posting.objects.select_for_update(of=("self",)).select_related("area", "organisation__area"),
        posting_id,
    )
    area = posting.area or posting.organisation.area
    require(by, EDIT, path=area.path, org_id=posting.organisation_id)
    today = timezone.localdate(at)
    if posting.valid_to is not None and posting.valid_to <= today:
        raise Refused("ended_already", _("This has ended already."))
    _check_end(on, today)
    posting.valid_to = max(on or today, posting.valid_from)
    posting.save(update_fields=["valid_to"])
    record("users.end_posting", by=by, about=posting, at=at, details={"user": posting.user_id})
    return posting


@transaction.atomic
def change_phone(*, user: User, phone: str, by: Actor, at: datetime) -> User:
    """The private phone, by its owner or whoever keeps the account; empty takes it away. Refused: bad_phone."""
    locked = _locked(user)
    if by.actor_key != locked.actor_key:
        require_may_manage(by, locked, timezone.localdate(at))
    _set_phone(locked, phone)
    locked.save(update_fields=["phone", "phone_index"])
    record("users.change_phone", by=by, about=locked, at=at)
    return locked


@transaction.atomic
def reset_password(*, user: User, password: str, by: Actor, at: datetime) -> User:
    """A new first password; every session ends and the next sign-in forces a change. Refused: weak_password."""
    locked = _locked(user)
    require_may_manage(by, locked, timezone.localdate(at))
    _check_password(password, locked)
    locked.set_password(password)
    locked.must_change_password = True
    locked.save(update_fields=["password", "must_change_password"])
    end_sessions(locked)
    record("users.reset_password", by=by, about=locked, at=at)
    return locked


@transaction.atomic
def change_own_password(*, user: User, password: str, at: datetime) -> User:
    """The user's own choice; the form has checked the old one before. Refused: weak_password, same_password."""
    if user.check_password(password):
        raise Refused("same_password", _("This is the password you have now. Choose another one."))
    _check_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record("users.change_password", by=user, about=user, at=at)
    return user


@transaction.atomic
def end_own_session(*, by: User, session_id: int, at: datetime) -> None:
    """Signs one browser of one's own out. Somebody else's session does not exist."""
    if not end_sessions(by, only=session_id):
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    record("users.end_session", by=by, about=by, at=at)


@transaction.atomic
def leave_service(*, user: User, by: Actor, at: datetime) -> User:
    """离岗: the account loses every duty, grant, post and session at once, and signs in no more.

    Refused: user_left, own_account.
    """
    locked = _locked(user)
    require_may_manage(by, locked, timezone.localdate(at))
    if by.actor_key == locked.actor_key:
        raise Refused("own_account", _("Nobody closes the account he is signed in with."))
    taken = {"grants": _end_all(locked.grants, at), "posts": _end_all(locked.postings, at)}
    for key, taker in RELEASES:
        taken[key] = taker.release(locked, at)
    locked.left_at = at
    locked.is_active = False
    locked.save(update_fields=["left_at", "is_active"])
    end_sessions(locked)
    record("users.leave", by=by, about=locked, at=at, details=taken)
    announce(UserLeft(locked.pk))
    return locked


def _say_granted(verb: str, grant: Grant, by: Actor, at: datetime) -> None:
    details = {
        "user": grant.user_id,
        "role": grant.role_id,
        "area": grant.area_id,
        "organisation": grant.organisation_id,
    }
    record(verb, by=by, about=grant, at=at, details=details)
    announce(RightsChanged(grant.user_id))


def _end_all(rows, at: datetime) -> int:
    """Ends grants or postings today; those that had not begun never do."""
    today = timezone.localdate(at)
    begun = rows.filter(valid_from__lte=today).exclude(valid_to__lte=today)
    to_come = rows.filter(valid_from__gt=today)
    count = begun.update(valid_to=today)
    for row in to_come:
        row.valid_to = row.valid_from
        row.save(update_fields=["valid_to"])
    return count + len(to_come)


def _found(rows, pk: int):
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return row


def _locked(user: User) -> User:
    """The user's row, locked, still serving."""
    locked = User.objects.select_for_update().filter(pk=user.pk).first()
    if locked is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if locked.left_at is not None:
        raise Refused("user_left", _("This person has left."), user=locked.display_name)
    return locked


def _set_phone(user: User, phone: str) -> None:
    """The number encrypted, and beside it what finds it again without being readable."""
    phone = phone.strip()
    try:
        user.phone, user.phone_index = (phone, blind_index(phone, "phone")) if phone else (None, "")
    except ValueError:
        raise Refused("bad_phone", _("This is not a phone number.")) from None


def _check_term(first: date, last: date | None) -> None:
    if last is not None and last <= first:
        raise Refused("empty_term", _("The end lies before the beginning."))


def _check_end(on: date | None, today: date) -> None:
    if on is not None and on < today:
        raise Refused("empty_term", _("The end lies in the past: what was done until now was done rightly."))


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as failure:
        raise Refused(
            "weak_password", _("This password is too weak."), reasons=[str(m) for m in failure.messages]
        ) from None


@transaction.atomic
def load_roles(*, by: Actor, at: datetime) -> list[Role]:
    """Brings the shipped roles into the table; run again it changes nothing. Roles a city added stay as they are."""
    require_somewhere(by, EDIT)
    loaded = []
    for shipped in role_table().roles:
        role = Role.objects.select_for_update().filter(code=shipped.code).first() or Role(code=shipped.code)
        before = (role.pk, role.name, role.name_en, role.permissions)
        role.name, role.name_en, role.permissions = shipped.name, shipped.name_en, list(shipped.permissions)
        if before != (role.pk, role.name, role.name_en, role.permissions):
            role.save()
            record("users.load_role", by=by, about=role, at=at, details={"permissions": role.permissions})
        loaded.append(role)
    return loaded
