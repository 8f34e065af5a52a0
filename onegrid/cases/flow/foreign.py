"""Requests of another system in a CSV file, read by a mapping. Reads only; what fits goes through open_case."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django.utils.translation import gettext as _

from onegrid.cases.flow.rules import ADDRESS_MAX, TEXT_MAX
from onegrid.kit.errors import Refused
from onegrid.kit.geo import Datum, convert

NEEDED = ("source", "id", "text", "lon", "lat", "datum", "opened_on", "date_format", "zone")


@dataclass(frozen=True)
class Reading:
    """A mapping file (docs/mappings): which column is what."""

    source: str
    id: str
    text: tuple[str, ...]
    lon: str
    lat: str
    datum: Datum
    opened_on: str
    date_format: str
    zone: ZoneInfo
    address: str = ""

    @classmethod
    def of(cls, path: Path) -> "Reading":
        """Refused `mapping_incomplete` with the names that are missing."""
        given = yaml.safe_load(path.read_text("utf-8")) or {}
        missing = [name for name in NEEDED if not given.get(name)]
        if missing:
            raise Refused(
                "mapping_incomplete", _("The mapping lacks: %(names)s") % {"names": ", ".join(missing)}
            )
        kept = {name: str(given[name]) for name in NEEDED if name not in ("text", "datum", "zone")}
        return cls(
            text=tuple(given["text"]),
            datum=Datum(given["datum"]),
            zone=ZoneInfo(given["zone"]),
            address=str(given.get("address", "")),
            **kept,
        )

    def key(self, row: Mapping[str, str]) -> str:
        return f"{self.source}:{row[self.id]}"

    def report(self, row: Mapping[str, str]) -> dict[str, Any]:
        """The row as open_case takes it. Refused: bad_point, bad_date, no_id."""
        if not row.get(self.id, "").strip():
            raise Refused("no_id", _("The row has no number of its own."))
        lon, lat = self._point(row)
        words = next((row[column].strip() for column in self.text if row.get(column, "").strip()), "")
        return {
            "text": words[:TEXT_MAX],
            "address": row.get(self.address, "").strip()[:ADDRESS_MAX],
            "lon": lon,
            "lat": lat,
            "idempotency_key": self.key(row),
            "at": self._opened_at(row),
        }

    def check_columns(self, row: Mapping[str, str]) -> None:
        """Refused column_missing with the names; of several columns for the text one is enough."""
        missing = [name for name in (self.id, self.lon, self.lat, self.opened_on) if name not in row]
        if not any(name in row for name in self.text):
            missing.append(" / ".join(self.text))
        if missing:
            words = _("The file has no column %(names)s, which the mapping names.")
            raise Refused("column_missing", words % {"names": ", ".join(missing)})

    def _point(self, row: Mapping[str, str]) -> tuple[float, float]:
        try:
            lon, lat = float(row[self.lon]), float(row[self.lat])
        except ValueError:
            raise Refused("bad_point", _("The row has no point.")) from None
        if lon == 0 and lat == 0:
            raise Refused("bad_point", _("The point is 0,0: nobody entered one."))
        return convert(lon, lat, self.datum, Datum.CGCS2000)

    def _opened_at(self, row: Mapping[str, str]) -> datetime:
        try:
            day = datetime.strptime(row[self.opened_on].strip(), self.date_format).replace(tzinfo=self.zone)
        except ValueError:
            raise Refused("bad_date", _("The date cannot be read.")) from None
        return day


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file (also gzipped), each by column name. Refused: file_missing, not_a_table, not_utf8."""
    if not path.is_file():
        raise Refused("file_missing", _("There is no file %(name)s.") % {"name": path.name})
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as lines:
        try:
            table = csv.DictReader(lines, restval="")
            if not table.fieldnames or len(table.fieldnames) < 2:
                raise Refused("not_a_table", _("This is no CSV file with a header."))
            yield from table
        except UnicodeDecodeError:
            words = _("%(name)s is not written in UTF-8. Please save it as UTF-8 and try again.")
            raise Refused("not_utf8", words % {"name": path.name}) from None
        except (csv.Error, gzip.BadGzipFile, EOFError):
            raise Refused("not_a_table", _("This is no CSV file with a header.")) from None
