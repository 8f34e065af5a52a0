"""Sending a stored file so that a browser shows it, and does nothing else with it."""

import re
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from onegrid.kit.errors import Unavailable
from onegrid.kit.files.kinds import MEDIA_TYPES, Kinds
from onegrid.kit.files.models import StoredFile

CHUNK = 256 * 1024
ONE_RANGE = re.compile(r"^bytes=([0-9]{0,18})-([0-9]{0,18})$")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; media-src 'self'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    # a shared desk: the browser may keep it, but asks again each time, and the page checks rights again
    "Cache-Control": "private, no-cache",
    "Accept-Ranges": "bytes",
}


def file_answer(stored: StoredFile, request: HttpRequest) -> HttpResponseBase:
    """200 with the bytes, 206 with the range asked for, 304 when the browser has it, 416 for a range outside.

    Rights are the caller's business, before this. Pictures, film and sound are shown, papers are downloaded.
    """
    etag = f'"{stored.sha256}"'
    if _has_it(request, etag):
        return _dressed(HttpResponse(status=304), stored, etag)
    span = _range_asked(request, stored.size, etag)
    if span is None:
        answer = _stream(stored, 0, stored.size, request)
    elif span[0] >= span[1]:
        answer = HttpResponse(status=416)
        answer["Content-Range"] = f"bytes */{stored.size}"
    else:
        answer = _stream(stored, *span, request)
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {span[0]}-{span[1] - 1}/{stored.size}"
    return _dressed(answer, stored, etag)


def _has_it(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in (tag.removeprefix("W/") for tag in known)


def _range_asked(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """[from, to) of one range; None for the whole. Several ranges at once are answered with the whole (RFC 9110)."""
    asked = ONE_RANGE.match(request.headers.get("Range", "").strip())
    if asked is None or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = asked.groups()
    if not first:
        return (max(0, size - int(last)), size) if last else None
    end = min(int(last) + 1, size) if last else size
    return None if last and int(last) < int(first) else (int(first), end)


def _stream(stored: StoredFile, start: int, end: int, request: HttpRequest) -> HttpResponseBase:
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse()
    else:
        answer = StreamingHttpResponse(_pieces(stored, start, end))
    answer["Content-Length"] = str(end - start)
    return answer


def _pieces(stored: StoredFile, start: int, end: int) -> Iterator[bytes]:
    """Opened here, before the first byte goes out, so that a missing object is an answer and not a broken stream."""
    try:
        source = default_storage.open(stored.object_name, "rb")
    except FileNotFoundError:
        raise Unavailable("file_missing", _("The file cannot be read at the moment.")) from None

    def pieces() -> Iterator[bytes]:
        with source:
            source.seek(start)
            left = end - start
            while left and (piece := source.read(min(CHUNK, left))):
                left -= len(piece)
                yield piece

    return pieces()


def _dressed(answer: HttpResponseBase, stored: StoredFile, etag: str) -> HttpResponseBase:
    media = MEDIA_TYPES[stored.media_type]
    way = "attachment" if media.kind == Kinds.DOCUMENT else "inline"
    answer["Content-Type"] = stored.media_type
    answer["Content-Disposition"] = f'{way}; filename="{stored.sha256[:12]}.{media.extension}"'
    answer["ETag"] = etag
    for name, value in HEADERS.items():
        answer[name] = value
    patch_vary_headers(answer, ["Cookie"])
    return answer
