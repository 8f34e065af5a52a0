"""Addresses in bulk: a tree that arrives parents first, by COPY."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from django.db import transaction

from onegrid.kit.actors import Actor
from onegrid.kit.audit import record
from onegrid.kit.bulk import Progress, copy_rows, indexes_aside, point_hex, reserve_ids
from onegrid.places.addresses.access import EDIT
from onegrid.places.addresses.kinds import RANKS, AddressKind
from onegrid.places.addresses.models import Address, AddressKey
from onegrid.places.addresses.rules import full_name, initials, keys, pinyin
from onegrid.places.areas.access import require_everywhere

CHUNK = 5_000
COLUMNS = [
    "id", "kind", "name", "parent_id", "path", "full_name", "pinyin", "initials", "point", "grid_id", "area_path",
    "floors", "valid_from",
]  # fmt: skip
KEY_COLUMNS = ["address_id", "rank", "key", "area_path", "former"]


class AddressSeed(NamedTuple):
    """One address to load. `key`: the caller's own name for it; `parent`: the key of one that came earlier."""

    key: Hashable
    parent: Hashable | None
    kind: str
    name: str
    lon: float | None
    lat: float | None
    grid_id: int | None
    area_path: str
    valid_from: date
    floors: int | None = None


class _Grown(NamedTuple):
    """What children need to know of one that is written."""

    pk: int
    path: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]


@transaction.atomic
def load_addresses(
    seeds: Iterable[AddressSeed],
    *,
    by: Actor,
    at: datetime,
    fresh: bool = False,
    progress: Progress | None = None,
) -> dict[Hashable, int]:
    """Appends a tree, parents before children; ids by the caller's keys (rooms left out: nothing hangs on them).

    `fresh` sets indexes and foreign-key checks aside while filling, for a first load. Raises KeyError when a parent
    has not come before its child; then nothing was loaded.
    """
    require_everywhere(by, EDIT)
    grown: dict[Hashable, _Grown] = {}
    count = 0
    with ExitStack() as stack:
        if fresh:
            stack.enter_context(indexes_aside(Address))
            stack.enter_context(indexes_aside(AddressKey))
        incoming = iter(seeds)
        while chunk := list(islice(incoming, CHUNK)):
            ids = reserve_ids(Address, len(chunk))
            written = [_grow(seed, pk, grown) for seed, pk in zip(chunk, ids, strict=True)]
            copy_rows(Address, COLUMNS, (_row(*pair) for pair in zip(chunk, written, strict=True)))
            copy_rows(AddressKey, KEY_COLUMNS, _key_rows(chunk, written))
            count += len(chunk)
            if progress:
                progress(count)
    newest = Address.objects.order_by("-pk").first()
    if newest is not None:
        record("addresses.load", by=by, about=newest, at=at, details={"count": count})
    return {key: one.pk for key, one in grown.items()}


def _grow(seed: AddressSeed, pk: int, grown: dict[Hashable, _Grown]) -> _Grown:
    above = grown[seed.parent] if seed.parent is not None else _Grown(0, "", (), ())
    one = _Grown(pk, f"{above.path}{pk}.", (*above.names, seed.name), (*above.kinds, seed.kind))
    if seed.kind != AddressKind.ROOM:
        grown[seed.key] = one
    return one


def _row(seed: AddressSeed, one: _Grown) -> tuple:
    parent = one.path.split(".")[-3] if len(one.names) > 1 else None
    point = point_hex(seed.lon, seed.lat) if seed.lon is not None and seed.lat is not None else None
    return (
        one.pk, seed.kind, seed.name, parent, one.path, full_name(one.names), pinyin(seed.name),
        initials(seed.name), point, seed.grid_id, seed.area_path, seed.floors, seed.valid_from,
    )  # fmt: skip


def _key_rows(chunk: list[AddressSeed], written: list[_Grown]) -> Iterator[tuple]:
    for seed, one in zip(chunk, written, strict=True):
        rank = RANKS[AddressKind(seed.kind)]
        for key in keys(one.names, one.kinds):
            yield one.pk, rank, key, seed.area_path, False
