"""What follows from a report besides the case, each once: photos that are kept, codes that reach a phone, notices.

A gateway for text messages stands beside, as a city's own would (onegrid.demo.gateway, which shares no code with us):
what it was given is what left.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count

from onegrid.accounts.notices.models import MessageState, Notice, PhoneMessage
from onegrid.cases.flow.models import Case, Evidence
from onegrid.config.environment import environment
from onegrid.demo.gateway import Gateway, serve
from prove.afterwards import Before
from prove.proof import Proof
from prove.reporting import Residents


@dataclass(frozen=True)
class Beside:
    """`variables`: with which the site reaches the gateway."""

    gateway: Gateway
    variables: dict[str, str]


@contextmanager
def gateway_beside() -> Iterator[Beside]:
    gateway = Gateway(secrets.token_hex(8))
    server = serve(gateway, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield Beside(gateway, {"ONEGRID_SMS_URL": url, "ONEGRID_SMS_KEY": gateway.key})
    finally:
        server.shutdown()
        server.server_close()


def judge(proof: Proof, start: Before, residents: Residents, beside: Beside) -> None:
    photos = residents.photos & residents.acknowledged.keys()
    proof.figure("reports with a photo", len(photos))
    proof.none("photos of acknowledged reports that are not there exactly once", len(photos - whole(photos)))
    known = PhoneMessage.objects.filter(pk__gt=start.message)
    with beside.gateway.lock:
        left = dict(beside.gateway.messages)
    proof.figure("codes asked for", len(residents.phones))
    proof.none(
        "phones that never got their code", len(residents.phones - {one["to"] for one in left.values()})
    )
    proof.none("messages that did not leave", known.exclude(state=MessageState.SENT).count())
    ids = {f"onegrid-phone-{pk}" for pk in known.values_list("pk", flat=True)}
    proof.none("messages that are known and were not given to the gateway", len(ids - left.keys()))
    twice = (
        Notice.objects.filter(pk__gt=start.notice)
        .values("recipient", "kind", "link", "title")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
    )
    proof.none("notices that stand twice in one inbox", twice.count())


def whole(keys: set[str]) -> set[str]:
    """Keys whose case has one photo, with a file of the length that is written down."""
    cases = Case.objects.filter(source_key__in=keys).values_list("pk", "source_key")
    by_case = {pk: key for pk, key in cases if key}
    found: dict[str, list[Evidence]] = {}
    for one in Evidence.objects.filter(case__in=by_case).select_related("file"):
        found.setdefault(by_case[one.case_id], []).append(one)
    return {key for key, photos in found.items() if len(photos) == 1 and _is_there(photos[0])}


def _is_there(one: Evidence) -> bool:
    path: Path = environment().var / "files" / one.file.object_name
    return path.exists() and path.stat().st_size == one.file.size
