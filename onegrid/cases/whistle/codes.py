"""街道现场码: the code that the street shows on site, good for some minutes. Nothing is stored."""

from datetime import datetime

from django.core.signing import BadSignature, Signer

from onegrid.cases.whistle.models import Whistle
from onegrid.cases.whistle.rules import CODE_LASTS

_SIGNER = Signer(salt="onegrid.whistle.on-site")


def street_code(whistle: Whistle, at: datetime) -> str:
    """To be shown as a QR code by somebody of the street who is there."""
    return _SIGNER.sign(f"{whistle.number}.{int(at.timestamp())}")


def code_holds(code: str, whistle: Whistle, at: datetime) -> bool:
    """Whether it is this whistle's, ours, and not older than CODE_LASTS (nor of the future)."""
    try:
        number, made = _SIGNER.unsign(code).rsplit(".", 1)
        age = at.timestamp() - int(made)
    except (BadSignature, ValueError):
        return False
    return number == whistle.number and 0 <= age + 1 <= CODE_LASTS.total_seconds() + 1
