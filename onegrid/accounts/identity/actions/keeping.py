"""Looking after an account: its name, locking and unlocking it, its private phone, taking somebody back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.access import require_known, require_may_manage
from onegrid.accounts.identity.actions.sessions import end_sessions
from onegrid.accounts.identity.facts import UserLocked
from onegrid.accounts.identity.models import User
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused
from onegrid.kit.facts import announce

PURPOSE_MAX = 200  # characters


@transaction.atomic
def change_name(*, user_id: int, display_name: str, by: Actor, at: datetime) -> User:
    """The name that others see. Refused: name_missing, user_left."""
    user = _managed(user_id, by, at)
    if not display_name.strip():
        raise Refused("name_missing", _("A sign-in name and a name are needed."))
    user.display_name = display_name.strip()
    user.save(update_fields=["display_name"])
    record("users.change_name", by=by, about=user, at=at)
    return user


@transaction.atomic
def lock_account(*, user_id: int, reason: str, by: Actor, at: datetime) -> User:
    """冻结: signs in no more, every session ends, others answer meanwhile; rights, posts and duties stay.

    Refused: own_account, locked_already, reason_needed, user_left.
    """
    user = _managed(user_id, by, at)
    if by.actor_key == user.actor_key:
        raise Refused("own_account", _("Nobody closes the account he is signed in with."))
    if not user.is_active:
        raise Refused("locked_already", _("This account is locked already."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    record("users.lock", by=by, about=user, at=at, reason=_said(reason))
    announce(UserLocked(user.pk))
    return user


@transaction.atomic
def unlock_account(*, user_id: int, reason: str, by: Actor, at: datetime) -> User:
    """解冻: as before the lock. Refused: not_locked, reason_needed, user_left."""
    user = _managed(user_id, by, at)
    if user.is_active:
        raise Refused("not_locked", _("This account is not locked."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("users.unlock", by=by, about=user, at=at, reason=_said(reason))
    return user


@transaction.atomic
def take_back(*, user_id: int, reason: str, by: Actor, at: datetime) -> User:
    """Somebody who had left serves again, or left by mistake. Posts, rights and duties are given anew.

    Refused: not_left, reason_needed.
    """
    user = _locked(user_id)
    require_known(by, user)
    if user.left_at is None:
        raise Refused("not_left", _("This person has not left."))
    user.left_at, user.is_active, user.must_change_password = None, True, True
    user.save(update_fields=["left_at", "is_active", "must_change_password"])
    record("users.take_back", by=by, about=user, at=at, reason=_said(reason))
    return user


@dataclass(frozen=True)
class Revealed:
    user: User
    phone: str


@transaction.atomic
def reveal_phone(*, user_id: int, purpose: str, by: Actor, at: datetime) -> Revealed:
    """The private phone in the clear; who looked, and what for, is put on record. Refused: reason_needed."""
    user = _managed(user_id, by, at)
    record("users.reveal_phone", by=by, about=user, at=at, reason=_said(purpose))
    return Revealed(user, user.phone or "")


def _managed(user_id: int, by: Actor, at: datetime) -> User:
    """The row, locked, of an account that `by` looks after and that has not left."""
    user = _locked(user_id)
    require_may_manage(by, user, timezone.localdate(at))
    if user.left_at is not None:
        raise Refused("user_left", _("This person has left."), user=user.display_name)
    return user


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    return user


def _said(reason: str) -> str:
    words = reason.replace("\x00", "").strip()
    if not 0 < len(words) <= PURPOSE_MAX:
        message = _("Please say what for, in at most %(most)s characters.")
        raise Refused("reason_needed", message % {"most": PURPOSE_MAX})
    return words
