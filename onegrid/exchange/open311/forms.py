"""The two forms of an answer. XML is only ever written here; none that comes from outside is read."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse, JsonResponse

# A list, and what one element of it is called; also what each answer is called as a whole.
ONE_OF = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
# What XML 1.0 cannot hold, even escaped.
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
JSON, XML = "application/json", "text/xml"


class Format:
    """Path converter: the last part of an address says the form of the answer."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def form_of(path: str) -> str:
    """ "…/requests.xml" → "xml"; whatever else → "json"."""
    return "xml" if path.endswith(".xml") else "json"


def answer(fmt: str, root: str, content: Any, status: int = 200) -> HttpResponse:
    """`content` in the asked form; `root` is the name of the whole in XML."""
    if fmt == "json":
        return JsonResponse(content, status=status, safe=False, json_dumps_params={"ensure_ascii": False})
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{xml_of(root, content)}'
    return HttpResponse(text, status=status, content_type=f"{XML}; charset=utf-8")


def xml_of(name: str, content: Any) -> str:
    """One element with what is in it."""
    if content is None or content == "" or content == []:
        return f"<{name} />"
    return f"<{name}>{_inside(name, content)}</{name}>"


def _inside(name: str, content: Any) -> str:
    if isinstance(content, Mapping):
        return "".join(xml_of(key, value) for key, value in content.items())
    if isinstance(content, list):
        return "".join(xml_of(ONE_OF[name], one) for one in content)
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, datetime):
        return content.isoformat()
    return escape(NOT_XML.sub("", str(content)))


def errors(fmt: str, status: int, *descriptions: str) -> HttpResponse:
    """GeoReport's errors: code and description."""
    rows = [{"code": status, "description": one} for one in descriptions]
    return answer(fmt, "errors", rows, status)
