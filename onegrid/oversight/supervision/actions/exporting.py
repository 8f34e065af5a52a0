"""Lists of instructions as files; who took one stays on record."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.kit.audit import record
from onegrid.kit.sheets import csv_pieces, workbook_pieces
from onegrid.oversight.supervision.access import SEE, require_somewhere
from onegrid.oversight.supervision.models import Errand
from onegrid.oversight.supervision.queries.instructions import Asked, errand_page

MOST = 5_000
BATCH = 500
WIDTHS = (60, 20, 20, 14, 24, 18, 18, 18, 18, 10)


@dataclass(frozen=True)
class Export:
    name: str
    pieces: Iterator[bytes]


def export_errands(*, asked: Asked, form: str, by: User, at: datetime) -> Export:
    """The parts of a list in its order, at most MOST; instructions that are not for all stay out of files."""
    require_somewhere(by, SEE)
    record("instructions.export", by=by, about=by, at=at, details={"tab": asked.tab.value, "form": form})
    words = (
        _("Instruction"),
        _("instruction written by"),
        _("about the place"),
        _("How urgent"),
        _("Unit asked"),
        _("state"),
        _("instruction written at"),
        _("reply until"),
        _("Replied at"),
        _("Late"),
    )
    header = [str(word) for word in words]
    rows = [_row(one) for one in _errands(asked, by, at) if one.instruction.secrecy == "open"]
    title = _("Instructions")
    pieces = (
        csv_pieces(header, rows) if form == "csv" else workbook_pieces(title, header, rows, widths=WIDTHS)
    )
    return Export(f"{title}-{timezone.localtime(at):%Y%m%d-%H%M}.{form}", pieces)


def _errands(asked: Asked, by: User, at: datetime) -> Iterator[Errand]:
    after, left = "", MOST
    while left > 0:
        page = errand_page(viewer=by, asked=asked, at=at, after=after, size=min(BATCH, left))
        yield from page.errands
        left -= len(page.errands)
        if page.after is None:
            return
        after = page.after


def _row(errand: Errand) -> list[str]:
    instruction = errand.instruction
    return [
        instruction.words,
        instruction.writer_label,
        instruction.place,
        str(instruction.get_urgency_display()),
        errand.org.name,
        str(errand.get_state_display()),
        _moment(instruction.written_at),
        _moment(errand.due_at),
        _moment(errand.replied_at),
        _("yes") if errand.late else "",
    ]


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
