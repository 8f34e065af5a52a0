"""All rows, and which file walks which."""

from tests.house.matrix import (
    rows_of_desk,
    rows_of_operator,
    rows_of_others,
    rows_of_residents,
    rows_of_workers,
)
from tests.house.matrix.row import Row

SHARES: dict[str, dict[str, list[Row]]] = {
    "desk": rows_of_desk.ROWS,
    "operator": rows_of_operator.ROWS,
    "worker": rows_of_workers.ROWS,
    "others": rows_of_residents.ROWS | rows_of_others.ROWS,
}
MATRIX: dict[str, list[Row]] = {address: rows for share in SHARES.values() for address, rows in share.items()}
