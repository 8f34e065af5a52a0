"""Reads vector tiles (Mapbox Vector Tile 2.1): {layer: [{"id": …, property: value, "geometry": commands}]}."""

import struct
from collections.abc import Iterator
from typing import Any


def read_tile(body: bytes) -> dict[str, list[dict[str, Any]]]:
    return dict(_layer(value) for number, value in _fields(body) if number == 3)


def _layer(body: bytes) -> tuple[str, list[dict[str, Any]]]:
    name, keys, values, features = "", [], [], []
    for number, value in _fields(body):
        if number == 1:
            name = value.decode()
        elif number == 2:
            features.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
    return name, [_feature(feature, keys, values) for feature in features]


def _feature(body: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, value in _fields(body):
        if number == 1:
            found["id"] = value
        elif number == 2:
            tags = list(_varints(value))
            found |= {keys[key]: values[at] for key, at in zip(tags[::2], tags[1::2], strict=True)}
        elif number == 4:
            found["geometry"] = list(_varints(value))
    return found


def _value(body: bytes) -> Any:
    ((number, value),) = _fields(body)
    if number == 1:
        return value.decode()
    if number in (2, 3):
        return struct.unpack("<f" if number == 2 else "<d", value)[0]
    if number == 6:
        return (value >> 1) ^ -(value & 1)
    return bool(value) if number == 7 else value


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    place = 0
    while place < len(body):
        head, place = _varint(body, place)
        if head & 7 == 0:
            value, place = _varint(body, place)
        else:
            length, place = {1: (8, place), 5: (4, place)}.get(head & 7) or _varint(body, place)
            value, place = body[place : place + length], place + length
        yield head >> 3, value


def _varints(body: bytes) -> Iterator[int]:
    place = 0
    while place < len(body):
        value, place = _varint(body, place)
        yield value


def _varint(body: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = body[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
