"""A vector tile over HTTP: validators first, the bytes only when the browser has not got them."""

import gzip
from collections.abc import Callable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from onegrid.kit.errors import NotFound
from onegrid.kit.tiles.rules import Tile

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=60, must-revalidate"
PRIVATE = "private, no-cache"
WORTH_ZIPPING = 512  # bytes


def tile_answer(
    request: HttpRequest, tile: Tile, draw: Callable[[Tile], bytes], *, stamp: str | None = None
) -> HttpResponse:
    """The tile that `draw` makes; 204 when nothing is in it; NotFound outside the pyramid.

    `stamp` names the edition of a public data set: it is the ETag, so an unchanged tile is not even drawn, and a
    request that carries the stamp as `?v=` may be kept for ever. Without a stamp the tile belongs to one viewer:
    its ETag is made of its bytes and nobody else's cache may keep it.
    """
    if not tile.exists:
        raise NotFound("no_such_tile", _("There is no such map tile."), z=tile.z, x=tile.x, y=tile.y)
    if stamp is None:
        body = draw(tile)
        etag, keep = f'W/"{blake2b(body, digest_size=12).hexdigest()}"', PRIVATE
    else:
        etag, keep = f'W/"{stamp}"', FOR_EVER if request.GET.get("v") == stamp else ASK_AGAIN
        body = b"" if _has(request, etag) else draw(tile)
    response = HttpResponseNotModified() if _has(request, etag) else _with_body(request, body)
    response["ETag"] = etag
    response["Cache-Control"] = keep
    patch_vary_headers(response, ["Accept-Encoding", *(["Cookie"] if stamp is None else [])])
    return response


def _has(request: HttpRequest, etag: str) -> bool:
    return etag in (part.strip() for part in request.headers.get("If-None-Match", "").split(","))


def _with_body(request: HttpRequest, body: bytes) -> HttpResponse:
    if not body:
        return HttpResponse(status=204)
    zipped = len(body) >= WORTH_ZIPPING and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(gzip.compress(body, 5) if zipped else body, content_type=MEDIA_TYPE)
    if zipped:
        response["Content-Encoding"] = "gzip"
    return response
