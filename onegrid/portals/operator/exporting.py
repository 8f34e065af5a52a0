"""A list as an Excel file to download."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from onegrid.accounts.identity.models import User
from onegrid.kit.sheets import workbook_pieces
from onegrid.kit.sheets.writing import Cell

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def me(request: HttpRequest) -> User:
    """Who takes it, on pages that want a signed-in user."""
    return cast(User, request.user)


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
