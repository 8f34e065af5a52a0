"""Work lists as files: what stands on the list, no more, and who took it away stays on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import EXPORT, SEE
from onegrid.cases.flow.queries.filters import Filters
from onegrid.cases.flow.queries.lists import page_keys
from onegrid.cases.flow.spelling import Spelling
from onegrid.kit.actors import Scope
from onegrid.kit.audit import record
from onegrid.kit.errors import NotAllowed
from onegrid.kit.sheets import Cell, csv_pieces, workbook_pieces
from onegrid.places.areas.models import Area

KEYS = 20_000  # cases that are looked for at once: to search words again for every batch would cost most
BATCH = 1_000  # cases that are read and spelt at once


class Form(StrEnum):
    CSV = "csv"
    EXCEL = "xlsx"


MOST = {Form.CSV: 100_000, Form.EXCEL: 20_000}  # a workbook is only sent when it is whole
WIDTHS = (24, 10, 28, 60, 40, 12, 14, 10, 14, 14, 14, 24, 24, 16, 16, 16, 16, 10, 10)


@dataclass(frozen=True)
class Export:
    """`pieces`: the file, written while it is sent."""

    name: str
    pieces: Iterator[bytes]


def export_cases(*, filters: Filters, form: Form, by: User, at: datetime) -> Export:
    """The list as a file, for whoever may export, of the cases that he may both see and export; newest first, or by
    due time, to MOST rows. No reporter's name or phone is in it.

    Two audit entries: `cases.export` before the first row, with filter and form; `cases.export_ended` with the number
    of rows, also of a download that was broken off.
    """
    if not by.scope(EXPORT).reaches or not by.scope(SEE).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=EXPORT)
    about = _about(filters, by.scope(EXPORT)) or by
    details = {"filter": filters.address(), "form": form.value, "most": MOST[form]}
    record("cases.export", by=by, about=about, at=at, details=details)
    sent = _Sent(by, about, details)
    rows = sent.counted(_rows(filters, form, by, at, translation.get_language()))
    header = [str(word) for word in _header()]
    title = _("Cases")
    pieces = (
        csv_pieces(header, rows) if form == Form.CSV else workbook_pieces(title, header, rows, widths=WIDTHS)
    )
    return Export(f"{title}-{timezone.localtime(at):%Y%m%d-%H%M}.{form.value}", sent.ended(pieces))


class _Sent:
    """Counts the rows on their way, and puts the number on record when no more come."""

    def __init__(self, by: User, about: Area | User, details: dict) -> None:
        self.by, self.about, self.details, self.rows = by, about, details, 0

    def counted(self, rows: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
        for row in rows:
            self.rows += 1
            yield row

    def ended(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        whole = False
        try:
            yield from pieces
            whole = True
        finally:
            details = self.details | {"rows": self.rows, "whole": whole}
            with transaction.atomic():
                record("cases.export_ended", by=self.by, about=self.about, at=timezone.now(), details=details)


def _about(filters: Filters, scope: Scope) -> Area | None:
    """The area that the entry belongs to: the one filtered by, else the first of the scope's."""
    chosen = Area.objects.filter(pk=filters.area).first() if filters.area is not None else None
    if chosen is not None and scope.covers(chosen.path):
        return chosen
    path = next((reach.path for reach in scope.reaches if reach.path), None)
    return Area.objects.filter(path=path).first() if path else None


def _rows(
    filters: Filters, form: Form, by: User, at: datetime, language: str | None
) -> Iterator[Sequence[Cell]]:
    """Page after page by key, so that neither memory nor a transaction grows with the list. In the language of who
    asked, whatever the thread that sends them speaks."""
    left, after = MOST[form], ""
    with translation.override(language):
        spelling = Spelling(at)
    while left > 0:
        size = min(KEYS, left)
        keys = page_keys(viewer=by, filters=filters, at=at, after=after, size=size, may=EXPORT)
        for begin in range(0, len(keys.ids), BATCH):
            with translation.override(language):
                rows = spelling.rows(keys.ids[begin : begin + BATCH])
            yield from rows
        left -= size
        if keys.later is None:
            return
        after = keys.later
    with translation.override(language):
        words = _("Only the first %(most)s cases are in this file.") % {"most": MOST[form]}
    yield [words]


def _header() -> tuple:
    return (
        _("Number"), _("Channel"), _("Class"), _("What"), _("Address"), _("State"), _("Handling level"),
        _("Emergency"), _("Street"), _("Community"), _("Grid"), _("Lead unit"), _("With"), _("Reported at"),
        _("Last step at"), _("Due"), _("Ended at"), _("Clock"), _("Pressed"),
    )  # fmt: skip
