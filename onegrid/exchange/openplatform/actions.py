"""Letting an application in, giving it a new key, shutting it out, and counting what it asks."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Channel
from onegrid.exchange.openplatform import rules
from onegrid.exchange.openplatform.access import require_client, require_may_issue, require_some
from onegrid.exchange.openplatform.models import ApiClient, ClientKey
from onegrid.exchange.openplatform.queries import digest_of
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refusal, Refused
from onegrid.kit.throttle import Limit, TooMany, spend
from onegrid.places.areas.models import Area


@dataclass(frozen=True)
class Issued:
    """`key` in the clear: this is the only time it is there to be shown."""

    client: ApiClient
    key: str


class TooFast(Refusal):
    """More requests than the application's limit; `details["retry_after"]` in seconds."""

    status = 429


@transaction.atomic
def issue_client(
    *,
    name: str,
    organisation: Organisation,
    permissions: Sequence[str],
    area: Area | None = None,
    own_cases_only: bool = False,
    channel: Channel = Channel.NODE,
    per_minute: int = rules.PER_MINUTE,
    purpose: str = "",
    by: Actor,
    at: datetime,
) -> Issued:
    """发放: an application with its first key.

    `purpose`: what for it reads people's words; empty: it reads them with names and numbers hidden. Refused:
    name_missing, name_too_long, name_taken, no_permissions, not_grantable, bad_limit, organisation_closed,
    purpose_too_long.
    """
    require_may_issue(by, organisation, area, own_cases_only)
    name = name.replace("\x00", "").strip()
    _check(name, organisation, permissions, per_minute)
    client = ApiClient.objects.create(
        name=name,
        organisation=organisation,
        area=area,
        own_cases_only=own_cases_only,
        permissions=sorted(set(permissions)),
        channel=Channel(channel),
        per_minute=per_minute,
        purpose=_purpose(purpose),
        issued_at=at,
    )
    details = {
        "permissions": client.permissions,
        "organisation": organisation.pk,
        "area": area.pk if area else None,
        "own_cases_only": own_cases_only,
        "channel": client.channel,
        "per_minute": per_minute,
    }
    record("clients.issue", by=by, about=client, at=at, reason=client.purpose, details=details)
    return Issued(client, _new_key(client, at))


def _check(name: str, organisation: Organisation, permissions: Sequence[str], per_minute: int) -> None:
    if not name:
        raise Refused("name_missing", _("The application needs a name."))
    if len(name) > rules.NAME_MAX:
        raise Refused("name_too_long", _("The name is too long."), most=rules.NAME_MAX)
    if organisation.closed_on is not None:
        raise Refused("organisation_closed", _("This organisation is closed."))
    if not permissions:
        raise Refused("no_permissions", _("Please choose at least one thing that the application may do."))
    strange = sorted(set(permissions) - set(rules.GRANTABLE))
    if strange:
        words = _("An application cannot be given: %(names)s.")
        raise Refused("not_grantable", words % {"names": ", ".join(strange)}, permissions=strange)
    if not 1 <= per_minute <= rules.PER_MINUTE_MOST:
        words = _("The limit is a number from 1 to %(most)s.")
        raise Refused("bad_limit", words % {"most": rules.PER_MINUTE_MOST})
    # the organisation's row is the lock: two of the same name at once are one after the other
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if ApiClient.objects.filter(organisation=organisation, name=name).exists():
        raise Refused("name_taken", _("The organisation has an application of this name already."), name=name)


@transaction.atomic
def rotate_key(
    *,
    client_id: int,
    grace: timedelta = timedelta(days=rules.GRACE_DAYS),
    seen_key: int | None = None,
    by: Actor,
    at: datetime,
) -> Issued:
    """换发: a new key; the one before opens for `grace` longer, so that nobody stands still meanwhile.

    `seen_key`: id of the newest key that was on screen. Refused: client_revoked, key_changed_meanwhile, bad_grace.
    """
    client = _locked(client_id, by)
    if not client.is_active:
        raise Refused("client_revoked", _("This application was shut out; issue a new one instead."))
    newest = client.keys.order_by("-pk").first()
    if seen_key is not None and (newest is None or newest.pk != seen_key):
        raise Refused("key_changed_meanwhile", _("Meanwhile a new key was issued. Please look again."))
    if not timedelta(0) <= grace <= timedelta(days=rules.GRACE_DAYS_MOST):
        words = _("The key before may stay for 0 to %(most)s days.")
        raise Refused("bad_grace", words % {"most": rules.GRACE_DAYS_MOST})
    for key in client.keys.opening_at(at):
        key.ends_at = min(key.ends_at or at + grace, at + grace)
        key.save(update_fields=["ends_at"])
    record(
        "clients.rotate", by=by, about=client, at=at, details={"grace_seconds": int(grace.total_seconds())}
    )
    return Issued(client, _new_key(client, at))


@transaction.atomic
def give_words(*, client_id: int, purpose: str, by: Actor, at: datetime) -> ApiClient:
    """原文用途: from now on it reads people's words as they were written, for this; empty: hidden again.

    Refused: client_revoked, purpose_too_long.
    """
    client = _locked(client_id, by)
    if not client.is_active:
        raise Refused("client_revoked", _("This application was shut out; issue a new one instead."))
    before, client.purpose = client.purpose, _purpose(purpose)
    if client.purpose != before or client.purpose_owed:
        client.purpose_owed = False
        client.save(update_fields=["purpose", "purpose_owed"])
        given = {"given": bool(client.purpose)}
        record("clients.words", by=by, about=client, at=at, reason=client.purpose, details=given)
    return client


def _purpose(given: str) -> str:
    purpose = given.replace("\x00", "").strip()
    if len(purpose) > rules.PURPOSE_MAX:
        raise Refused("purpose_too_long", _("The purpose is too long."), most=rules.PURPOSE_MAX)
    return purpose


@transaction.atomic
def revoke_client(*, client_id: int, reason: str = "", by: Actor, at: datetime) -> ApiClient:
    """吊销: none of its keys opens any more, from this moment. A second time changes nothing."""
    client = _locked(client_id, by)
    if client.is_active:
        client.revoked_at = at
        client.save(update_fields=["revoked_at"])
        record("clients.revoke", by=by, about=client, at=at, reason=reason.replace("\x00", "").strip()[:200])
    return client


def count_request(*, client: ApiClient, at: datetime) -> None:
    """One request of the application; TooFast above its limit. Not in a transaction that may be rolled back."""
    limit = Limit("api_client", client.per_minute, timedelta(minutes=1))
    try:
        spend(limit, who=client.actor_key, at=at)
    except TooMany as failure:
        seconds = failure.details["retry_after"]
        words = _("More than %(most)s requests a minute. Please go on in %(seconds)s seconds.")
        raise TooFast(
            "too_many_requests",
            words % {"most": client.per_minute, "seconds": seconds},
            retry_after=seconds,
            per_minute=client.per_minute,
        ) from None
    stale = at - timedelta(seconds=rules.SEEN_EVERY_SECONDS)
    if client.last_used_at is None or client.last_used_at < stale:
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=at)


def _locked(client_id: int, by: Actor) -> ApiClient:
    require_some(by)
    client = (
        ApiClient.objects.select_for_update(of=("self",))
        .select_related("organisation__area", "area")
        .filter(pk=client_id)
        .first()
    )
    if client is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require_client(by, client)
    return client


def _new_key(client: ApiClient, at: datetime) -> str:
    key = f"og_{secrets.token_hex(24)}"
    ClientKey.objects.create(client=client, digest=digest_of(key), tail=rules.tail_of(key), issued_at=at)
    return key
