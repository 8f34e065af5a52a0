"""Addresses come, are renamed and go; what they were called before stays findable."""

from datetime import date, datetime

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from onegrid.kit.actors import Actor, require
from onegrid.kit.audit import record
from onegrid.kit.bulk import reserve_ids
from onegrid.kit.errors import NotFound, Refused
from onegrid.places.addresses.access import EDIT
from onegrid.places.addresses.kinds import RANKS, AddressKind
from onegrid.places.addresses.models import Address, AddressKey, FormerName
from onegrid.places.addresses.rules import full_name, initials, keys, pinyin
from onegrid.places.areas.models import CGCS2000
from onegrid.places.areas.queries import grid_at


@transaction.atomic
def open_address(
    *,
    kind: str,
    name: str,
    parent_id: int | None,
    by: Actor,
    at: datetime,
    lon: float | None = None,
    lat: float | None = None,
    floors: int | None = None,
    valid_from: date | None = None,
) -> Address:
    """A new place under `parent_id`. Without a point it lies where its parent lies.

    Refused: `unknown_kind`, `name_missing`, `wrong_level` (a road below a room), `name_taken`, `parent_closed`.
    """
    parent = _open_parent(parent_id)
    hit = grid_at(lon, lat) if lon is not None and lat is not None else None
    area_path = hit.path if hit else parent.area_path if parent else ""
    require(by, EDIT, path=area_path)
    name = name.strip()
    _check_new(kind, name, parent)
    (pk,) = reserve_ids(Address, 1)
    opened = Address.objects.create(
        pk=pk,
        kind=kind,
        name=name,
        parent=parent,
        path=f"{parent.path if parent else ''}{pk}.",
        full_name=full_name([*(_names(parent)), name]),
        pinyin=pinyin(name),
        initials=initials(name),
        point=Point(lon, lat, srid=CGCS2000) if lon is not None and lat is not None else None,
        grid_id=hit.grid_id if hit else parent.grid_id if parent else None,
        area_path=area_path,
        floors=floors,
        valid_from=valid_from or localdate(at),
    )
    _write_keys([opened])
    record("addresses.open", by=by, about=opened, at=at)
    return opened


@transaction.atomic
def rename_address(*, address_id: int, name: str, reason: str, by: Actor, at: datetime) -> Address:
    """A corrected house number, a renamed road (更名): everything below is renamed with it, and the old name still
    finds it. Refused: `closed`, `name_missing`, `name_unchanged`, `name_taken`."""
    address = _locked(address_id, by)
    name = name.strip()
    if name == address.name:
        raise Refused("name_unchanged", _("It has this name already."), name=name)
    _check_name(address.kind, name, address.parent)
    since = address.former_names.order_by("-valid_to").values_list("valid_to", flat=True).first()
    FormerName.objects.create(
        address=address,
        name=address.name,
        full_name=address.full_name,
        valid_from=since or address.valid_from,
        valid_to=localdate(at),
        reason=reason,
    )
    AddressKey.objects.filter(address=address, former=False).update(former=True)
    before, address.name = address.name, name
    address.pinyin, address.initials = pinyin(name), initials(name)
    address.full_name = full_name([*_names(address.parent), name])
    address.save(update_fields=["name", "pinyin", "initials", "full_name"])
    _write_keys([address])
    _rename_below(address)
    record(
        "addresses.rename", by=by, about=address, at=at, reason=reason, details={"from": before, "to": name}
    )
    return address


@transaction.atomic
def close_address(*, address_id: int, by: Actor, at: datetime, reason: str = "") -> Address:
    """It is no longer there (pulled down, merged). It stays for old cases; search no longer offers it.

    Refused: `closed`, `has_open_children`.
    """
    address = _locked(address_id, by)
    if address.children.filter(valid_to=None).exists():
        raise Refused("has_open_children", _("Close the addresses inside it first."))
    address.valid_to = max(localdate(at), address.valid_from)
    address.save(update_fields=["valid_to"])
    AddressKey.objects.filter(address=address).delete()
    record("addresses.close", by=by, about=address, at=at, reason=reason)
    return address


def _locked(address_id: int, by: Actor) -> Address:
    address = Address.objects.select_for_update(of=["self"]).filter(pk=address_id).first()
    require(by, EDIT, path=address.area_path if address else None)
    if address is None:
        raise NotFound("not_found", _("There is nothing here, or it is outside your area."))
    if address.valid_to is not None:
        raise Refused("closed", _("This address is closed."), valid_to=address.valid_to.isoformat())
    return address


def _open_parent(parent_id: int | None) -> Address | None:
    if parent_id is None:
        return None
    parent = Address.objects.select_for_update().filter(pk=parent_id).first()
    if parent is None:
        raise Refused("no_such_parent", _("There is no such address to put it under."), parent_id=parent_id)
    if parent.valid_to is not None:
        raise Refused("parent_closed", _("The address above it is closed."), parent_id=parent_id)
    return parent


def _check_new(kind: str, name: str, parent: Address | None) -> None:
    if kind not in AddressKind.values:
        raise Refused("unknown_kind", _("There is no such level of address."), kind=kind)
    if parent is not None and RANKS[AddressKind(kind)] <= RANKS[AddressKind(parent.kind)]:
        raise Refused(
            "wrong_level", _("This level cannot stand under that one."), kind=kind, parent=parent.kind
        )
    _check_name(kind, name, parent)


def _check_name(kind: str, name: str, parent: Address | None) -> None:
    if not name:
        raise Refused("name_missing", _("An address needs a name."))
    if Address.objects.filter(parent=parent, kind=kind, name=name, valid_to=None).exists():
        raise Refused("name_taken", _("There is an address of this name here already."), name=name)


def _names(address: Address | None) -> list[str]:
    return [above.name for above in _line(address)]


def _line(address: Address | None) -> list[Address]:
    """From the root down to the address itself."""
    if address is None:
        return []
    ids = [int(part) for part in address.path.split(".") if part]
    found = Address.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _write_keys(addresses: list[Address]) -> None:
    rows = []
    for address in addresses:
        line = _line(address)
        for key in sorted(keys([one.name for one in line], [one.kind for one in line])):
            rows.append(
                AddressKey(
                    address=address,
                    rank=RANKS[AddressKind(address.kind)],
                    key=key,
                    area_path=address.area_path,
                )
            )
    AddressKey.objects.bulk_create(rows, batch_size=5_000)


def _rename_below(address: Address) -> None:
    """Full names and keys of everything open below: a road has thousands, so in one go without a query each."""
    below = list(
        Address.objects.below(address.path).filter(valid_to=None).exclude(pk=address.pk).order_by("path")
    )
    lines = {address.pk: _line(address)}
    rows = []
    for child in below:
        if child.parent_id not in lines:  # under a closed address: history keeps its names
            continue
        line = lines[child.pk] = [*lines[child.parent_id], child]
        child.full_name = full_name([one.name for one in line])
        for key in sorted(keys([one.name for one in line], [one.kind for one in line])):
            rank = RANKS[AddressKind(child.kind)]
            rows.append(AddressKey(address=child, rank=rank, key=key, area_path=child.area_path))
    Address.objects.bulk_update(below, ["full_name"], batch_size=2_000)
    AddressKey.objects.filter(address__in=list(lines)[1:], former=False).delete()
    AddressKey.objects.bulk_create(rows, batch_size=5_000)
