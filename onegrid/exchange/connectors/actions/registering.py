"""Connecting an outside system: its address, its secret, the units it serves, on and off."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State
from onegrid.exchange.connectors import json_http, rules
from onegrid.exchange.connectors.access import require_some, require_system, require_units
from onegrid.exchange.connectors.actions.following import follow_cases
from onegrid.exchange.connectors.actions.sending import defer_waiting
from onegrid.exchange.connectors.models import OutsideSystem, ServedUnit
from onegrid.exchange.connectors.plugins import CONNECTORS
from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.errors import NotFound, Refused

SHIPPED = json_http.JsonHttp  # importing the module enters the connection that is shipped
CAUGHT_UP = 500  # cases that waited while it was off and are handed over when it is switched on


@dataclass(frozen=True)
class Registered:
    """`secret` in the clear: this is the only time it is there to be shown."""

    system: OutsideSystem
    secret: str


@transaction.atomic
def register_system(
    *,
    name: str,
    organisation: Organisation,
    units: Sequence[Organisation],
    address: str,
    mapping: str,
    connector: str = "json-http",
    purpose: str = "",
    by: Actor,
    at: datetime,
) -> Registered:
    """登记外部系统. It is off until somebody switches it on. `purpose`: what for it gets the words of reports; they
    stay here without one.

    Refused: purpose_too_long, name_missing, name_too_long, name_taken, no_such_connector, bad_address, bad_mapping,
    no_units, too_many_units, unit_served_already, organisation_closed.
    """
    require_units(by, organisation, units)
    # the organisation's row is the lock: two of the same name at once are one after the other
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    given = _checked(name, organisation, units, address, mapping, connector, None)
    secret = secrets.token_hex(32)
    system = OutsideSystem.objects.create(
        **given,
        organisation=organisation,
        connector=connector,
        purpose=_purpose(purpose),
        secret=secret,
        registered_at=at,
    )
    ServedUnit.objects.bulk_create(ServedUnit(system=system, unit=unit) for unit in units)
    details = {"address": system.address, "units": [unit.pk for unit in units], "connector": connector}
    details["purpose"] = system.purpose
    record("connectors.register", by=by, about=system, at=at, details=details)
    return Registered(system, secret)


@transaction.atomic
def change_system(
    *,
    system_id: int,
    name: str,
    units: Sequence[Organisation],
    address: str,
    mapping: str,
    purpose: str = "",
    by: Actor,
    at: datetime,
) -> OutsideSystem:
    """Refused as register_system. What was handed over before stays with the system."""
    system = locked_system(system_id, by)
    require_units(by, system.organisation, units)
    for field, value in _checked(
        name, system.organisation, units, address, mapping, system.connector, system
    ).items():
        setattr(system, field, value)
    system.purpose = _purpose(purpose)
    system.purpose_owed = system.purpose_owed and not system.purpose
    system.save(update_fields=["name", "address", "mapping", "purpose", "purpose_owed"])
    system.served.exclude(unit__in=units).delete()
    ServedUnit.objects.bulk_create(
        [ServedUnit(system=system, unit=unit) for unit in units if unit.pk not in set(system.unit_ids)]
    )
    details = {"address": system.address, "units": [unit.pk for unit in units], "purpose": system.purpose}
    record("connectors.change", by=by, about=system, at=at, details=details)
    return system


@transaction.atomic
def keep_words_here(*, system_id: int, by: Actor, at: datetime) -> OutsideSystem:
    """不发送原文: somebody has decided that people's words stay here; a purpose that stood there is taken back."""
    system = locked_system(system_id, by)
    if not system.purpose and not system.purpose_owed:
        return system
    system.purpose, system.purpose_owed = "", False
    system.save(update_fields=["purpose", "purpose_owed"])
    record("connectors.keep_words_here", by=by, about=system, at=at)
    return system


def _purpose(words: str) -> str:
    words = words.replace("\x00", "").strip()
    if len(words) > rules.PURPOSE_MAX:
        raise Refused("purpose_too_long", _("The purpose is too long."), most=rules.PURPOSE_MAX)
    return words


def _checked(
    name: str,
    organisation: Organisation,
    units: Sequence[Organisation],
    address: str,
    mapping: str,
    connector: str,
    known: OutsideSystem | None,
) -> dict[str, Any]:
    name, address = name.replace("\x00", "").strip(), address.strip().rstrip("/")
    if not name:
        raise Refused("name_missing", _("The system needs a name."))
    if len(name) > rules.NAME_MAX:
        raise Refused("name_too_long", _("The name is too long."), most=rules.NAME_MAX)
    if organisation.closed_on is not None:
        raise Refused("organisation_closed", _("This organisation is closed."))
    kind = CONNECTORS.get(connector)
    if kind is None:
        raise Refused("no_such_connector", _("There is no such kind of connection."))
    if rules.host_of(address) is None:
        words = _("This is no plain address such as https://system.example.cn/api.")
        raise Refused("bad_address", words)
    try:
        kind.check_mapping(mapping)
    except rules.BadMapping as failure:
        words = _("The fields and codes cannot be read: %(where)s.") % {"where": failure.where}
        raise Refused("bad_mapping", words, where=failure.where) from None
    if not units:
        raise Refused("no_units", _("Please choose the units whose work is done in this system."))
    if len(units) > rules.UNITS_MOST:
        raise Refused("too_many_units", _("At most %(most)s units.") % {"most": rules.UNITS_MOST})
    others = ServedUnit.objects.filter(unit__in=units).select_related("unit")
    taken = (others.exclude(system=known) if known else others).first()
    if taken is not None:
        words = _("%(unit)s is served by another system already.") % {"unit": taken.unit.name}
        raise Refused("unit_served_already", words, unit=taken.unit_id)
    same = OutsideSystem.objects.filter(organisation=organisation, name=name)
    if (same.exclude(pk=known.pk) if known else same).exists():
        raise Refused("name_taken", _("The organisation has a system of this name already."), name=name)
    return {"name": name, "address": address, "mapping": mapping}


@transaction.atomic
def rotate_secret(*, system_id: int, by: Actor, at: datetime) -> Registered:
    """换发密钥: a new one; the one before still opens for a day. Ours go out with the new one at once."""
    system = locked_system(system_id, by)
    system.secret_before, system.before_until = system.secret, at + rules.GRACE
    system.secret = secrets.token_hex(32)
    system.save(update_fields=["secret", "secret_before", "before_until"])
    record("connectors.rotate", by=by, about=system, at=at)
    return Registered(system, system.secret)


@transaction.atomic
def switch_system(*, system_id: int, on: bool, by: Actor, at: datetime) -> OutsideSystem:
    """启用、停用. What waited goes out when it is switched on, and what was dispatched to its units meanwhile too
    (the newest CAUGHT_UP). A second time changes nothing."""
    system = locked_system(system_id, by)
    if system.is_on == on:
        return system
    system.is_on = on
    system.save(update_fields=["is_on"])
    record("connectors.switch", by=by, about=system, at=at, details={"on": on})
    if on:
        waiting = Case.objects.filter(unit__in=system.unit_ids, state=State.DISPATCHED).order_by("-id")
        follow_cases(case_ids=list(waiting.values_list("pk", flat=True)[:CAUGHT_UP]), at=at)
        defer_waiting(system, at)
    return system


def locked_system(system_id: int, by: Actor) -> OutsideSystem:
    require_some(by)
    system = (
        OutsideSystem.objects.select_for_update(of=("self",))
        .select_related("organisation__area")
        .filter(pk=system_id)
        .first()
    )
    if system is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    require_system(by, system)
    return system
