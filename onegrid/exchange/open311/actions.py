"""POST Service Request: GeoReport's words become a report through the one door for all channels."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.exchange.open311.queries import CONDITION, conditions, source_key
from onegrid.exchange.openplatform.models import ApiClient
from onegrid.kit.errors import Refused
from onegrid.places.addresses.queries import public_address

URL_MAX = 500


def take_request(
    *,
    service: CaseClass,
    given: Mapping[str, Any],
    attributes: Mapping[str, Sequence[str]],
    media: Sequence[BinaryIO],
    key: str | None,
    by: ApiClient,
    at: datetime,
) -> Case:
    """A report of channel open311. `given`: GeoReport's fields, tidy; `key`: its Idempotency-Key.

    Refused, besides what open_case refuses: bad_attribute, bad_media_url, no_such_address. A `media_url` is kept as
    words and never fetched: a server that fetches what strangers name can be sent anywhere.
    """
    lon, lat, address = given["long"], given["lat"], given["address_string"]
    if given["address_id"] is not None:
        known = public_address(given["address_id"])
        if known is None:
            raise Refused(
                "no_such_address", _("There is no address of this id."), address_id=given["address_id"]
            )
        address = address or known.full_name
        if lon is None and known.point is not None:
            lon, lat = known.point.x, known.point.y
    return open_case(
        channel=Channel.OPEN311,
        text=_text(service, given, attributes),
        case_class=service,
        lon=lon,
        lat=lat,
        address=address,
        photos=list(media),
        contact_name=_contact(given),
        contact_phone=given["phone"],
        idempotency_key=source_key(by, key) if key else None,
        by=by,
        at=at,
    )


def _text(service: CaseClass, given: Mapping[str, Any], attributes: Mapping[str, Sequence[str]]) -> str:
    """The reporter's words, then what the attributes say, then the address of a picture elsewhere. In the language of
    the place: a retry must not differ because its sender reads another one."""
    with translation.override(settings.LANGUAGE_CODE):
        return "\n".join(_lines(service, given, attributes))


def _lines(
    service: CaseClass, given: Mapping[str, Any], attributes: Mapping[str, Sequence[str]]
) -> list[str]:
    lines = [given["description"] or service.plain]
    rows = {str(row.position): row for row in conditions(service)}
    for code, values in attributes.items():
        for value in values:
            if code != CONDITION or value not in rows:
                words = _("The service has no attribute %(code)s with the value %(value)s.")
                raise Refused(
                    "bad_attribute", words % {"code": code[:40], "value": value[:40]}, attribute=code[:40]
                )
            lines.append(_("Condition: %(condition)s") % {"condition": rows[value].filing_condition})
    if given["media_url"]:
        lines.append(_("Picture: %(url)s") % {"url": _checked_url(given["media_url"])})
    return lines


def _checked_url(url: str) -> str:
    try:
        split = urlsplit(url)
        fits = split.scheme in ("http", "https") and bool(split.hostname)
    except ValueError:
        fits = False
    if not fits or len(url) > URL_MAX or any(sign.isspace() for sign in url):
        raise Refused("bad_media_url", _("media_url is the http address of a picture."))
    return url


def _contact(given: Mapping[str, Any]) -> str:
    name = " ".join(part for part in (given["first_name"], given["last_name"]) if part)
    mail = f"<{given['email']}>" if given["email"] else ""
    return " ".join(part for part in (name, mail) if part)
