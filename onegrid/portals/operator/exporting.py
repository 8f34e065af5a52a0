"""A list as an Excel file to download."""

from collections.abc import Iterable, Sequence

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from onegrid.kit.sheets import workbook_pieces
from onegrid.kit.sheets.writing import Cell

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(
    title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int] = ()
) -> StreamingHttpResponse:
    """`title`: of the sheet; the file's name is it with the day."""
    pieces = workbook_pieces(title, header, rows, widths=widths)
    answer = StreamingHttpResponse(pieces, content_type=EXCEL)
    name = f"{title}-{timezone.localdate():%Y%m%d}.xlsx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
