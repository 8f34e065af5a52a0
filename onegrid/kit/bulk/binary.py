"""PostgreSQL's binary COPY from and to numpy columns: no Python object for any row.

A stream is a header, for each row the number of fields and each field as length and bytes (big-endian), and a trailer
(PostgreSQL documentation, COPY, "Binary Format"). All values of one column in one piece have the same length.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from psycopg import sql

HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"
EPOCH = date(2000, 1, 1)

Column = tuple[np.dtype, np.ndarray | int | bytes]


def integers(values: np.ndarray | int) -> Column:
    """bigint"""
    return np.dtype(">i8"), values


def small_integers(values: np.ndarray | int) -> Column:
    """integer"""
    return np.dtype(">i4"), values


def texts(values: np.ndarray | bytes) -> Column:
    """varchar; an array of dtype S gives its full width, so it must hold no shorter text."""
    width = values.dtype.itemsize if isinstance(values, np.ndarray) else len(values)
    return np.dtype(f"V{width}"), values


def days(day: date) -> Column:
    """date"""
    return np.dtype(">i4"), (day - EPOCH).days


def points(lon: np.ndarray, lat: np.ndarray, srid: int) -> Column:
    """geometry(Point): extended well-known binary, little-endian."""
    ewkb = np.dtype([("order", "u1"), ("kind", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")])
    rows = np.empty(len(lon), dtype=ewkb)
    rows["order"], rows["kind"], rows["srid"], rows["x"], rows["y"] = 1, 0x20000001, srid, lon, lat
    return np.dtype(f"V{ewkb.itemsize}"), rows.view(f"V{ewkb.itemsize}")


def piece(columns: Sequence[Column], count: int) -> bytes:
    """The rows of one piece, ready for the stream."""
    fields: list[tuple[str, str | np.dtype]] = [("fields", ">i2")]
    for number, (dtype, _) in enumerate(columns):
        fields.append((f"length{number}", ">i4"))
        if dtype.itemsize:
            fields.append((f"value{number}", dtype))
    rows = np.zeros(count, dtype=fields)
    rows["fields"] = len(columns)
    for number, (dtype, values) in enumerate(columns):
        rows[f"length{number}"] = dtype.itemsize
        if dtype.itemsize:
            rows[f"value{number}"] = _as_bytes(dtype, values)
    return rows.tobytes()


def _as_bytes(dtype: np.dtype, values: np.ndarray | int | bytes) -> np.ndarray | np.void | int:
    """Text as the raw bytes it is; numbers as they are."""
    if isinstance(values, bytes):
        return np.void(values)
    if isinstance(values, np.ndarray) and dtype.kind == "V":
        return values.view(dtype)
    return values


def copy_pieces(table: str, names: Sequence[str], pieces: Iterator[bytes]) -> None:
    """Streams pieces into a table; the columns of every piece are in the order of `names`."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEADER)
        for one in pieces:
            copy.write(one)
        copy.write(TRAILER)


def copied_columns(
    cursor: Any, question: str, given: Mapping[str, Any], columns: Mapping[str, str]
) -> dict[str, np.ndarray]:
    """What a SELECT gives, as one array a column, by its name. `columns`: name → big-endian dtype (">i8" for bigint
    and timestamptz, which are microseconds since 2000-01-01 UTC; ">i4" for integer and date, days since then), in the
    order of the SELECT. Nothing may be NULL, nor of another width: ValueError."""
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, dtype in columns.items():
        fields += [(f"length of {name}", ">i4"), (name, dtype)]
    statement = cursor.mogrify(f"COPY ({question}) TO STDOUT (FORMAT binary)", given)
    with cursor.copy(statement) as copy:
        stream = b"".join(copy)
    body = memoryview(stream)[len(HEADER) : -len(TRAILER)]
    width = np.dtype(fields).itemsize
    if len(body) % width:
        raise ValueError("a value is NULL, or not of the width that was told")
    rows = np.frombuffer(body, dtype=fields)
    if any(np.any(rows[f"length of {name}"] != np.dtype(dtype).itemsize) for name, dtype in columns.items()):
        raise ValueError("a value is NULL, or not of the width that was told")
    return {name: rows[name].astype(np.dtype(dtype).newbyteorder("=")) for name, dtype in columns.items()}
