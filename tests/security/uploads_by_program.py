"""Every end of both interfaces for programs that takes a file, found by their descriptions: a good file is taken, a
harmful one never kept. The pages' ends: uploads.py.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import resolve, reverse

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Case
from onegrid.cases.paths.models import PathCase
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.kit.files.models import StoredFile
from tests.house.matrix.row import BY, NOW, World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, signed_in, undone
from tests.security.records import of_a
from tests.security.uploads import EACH, HARMFUL, NAMES, gps_photo

ROOT = Path(__file__).parents[2]
DESCRIBED = ("openapi.json", "open311.json")  # as they are served (tests/exchange)
MULTIPART = "multipart/form-data"
# What must be so before a file is looked at: the state of the case, and who has it in hand.
CASE = "/api/v1/cases/{number}"
STANDS = {
    f"{CASE}/verify": "reported", f"{CASE}/settle": "reported", f"{CASE}/handle": "dispatched",
    f"{CASE}/check": "handled", f"{CASE}/rework": "handled",
    "/api/v1/paths/{path_id}/sections/{section_id}/show": "dispatched",
}  # fmt: skip
PEOPLE = ("a.grid_worker", "a.department_officer", "a.shift_leader", "district.department_officer")
PLACE = {"lon": "118.025", "lat": "37.385"}
SAID = {
    "/api/v1/cases": PLACE | {"text": "路灯不亮"},
    "/api/v1/whistles/{number}/calls/{call_id}/report_in": PLACE,
    "/open311/v2/requests.{fmt}": {"lat": "37.385", "long": "118.025", "description": "路灯不亮"},
}
ALL = list(HARMFUL)


@dataclass
class End:
    name: str
    address: str
    field: str
    fields: dict[str, Any] = field(default_factory=dict)


def ends(world: World) -> Iterator[End]:
    """Each operation that takes a form with a file, at a record of street A, with the words of its own example."""
    for name in DESCRIBED:
        for path, verbs in json.loads((ROOT / "docs" / "api" / name).read_text())["paths"].items():
            content = verbs.get("post", {}).get("requestBody", {}).get("content", {})
            if MULTIPART not in content:
                continue
            url, args = addressed(path, world)
            properties = content[MULTIPART]["schema"]["properties"]
            file = next(one for one, told in properties.items() if "binary" in json.dumps(told))
            example = next((one["example"] for one in content.values() if "example" in one), {})
            said = SAID.get(path, {key: value for key, value in example.items() if key in properties})
            yield End(path, reverse(url, kwargs=args), file, dict(said))


def addressed(path: str, world: World) -> tuple[str, dict[str, Any]]:
    """Name and arguments of the address of a path in a description, at a record of street A."""
    found = resolve(re.sub(r"\{[a-z]+_id\}", "1", path).replace("{number}", "x").replace("{fmt}", "json"))
    url = f"{found.namespace}:{found.url_name}"
    if not set(found.kwargs) - {"fmt"}:
        return url, found.kwargs
    return url, of_a().get(url, MATRIX[url][0].args)(world)


def set_up(world: World, end: End) -> None:
    """The record as the verb finds it on its way; undone with what is sent."""
    state = STANDS.get(end.name)
    if state is None:
        return
    case = Case.objects.get(number=world.number)
    Case.objects.filter(pk=case.pk).update(state=state, unit=world.streets.a.office)
    PathCase.objects.update(case=case)
    for path in PathCase.objects.all():
        path.sections.update(state="accepted", unit=world.streets.a.office)


def sent(
    world: World, end: End, who: Any, file: tuple[str, bytes, str]
) -> tuple[int, list[bytes], list[str]]:
    """As tests.security.uploads.sent."""
    upload = SimpleUploadedFile("named", file[1], file[2])
    body = encode_multipart(BOUNDARY, {**end.fields, end.field: upload})
    body = body.replace(b'filename="named"', f'filename="{file[0]}"'.encode())
    with undone():
        set_up(world, end)
        before = set(StoredFile.objects.values_list("pk", flat=True))
        answer = browser(who).generic("POST", end.address, body, MULTIPART_CONTENT, headers={"if-match": "*"})
        kept = list(StoredFile.objects.exclude(pk__in=before))
        bodies = [default_storage.open(one.object_name).read() for one in kept]
        odd = [
            one.object_name for one in kept if not re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", one.object_name)
        ]
    return answer.status_code, bodies, odd


def test_every_end_for_programs_takes_a_good_file_and_keeps_no_harmful_one(world: World):
    key = issue_client(
        name="files", organisation=world.streets.a.centre, permissions=["cases.report"], area=world.streets.a.area,
        by=BY, at=NOW,
    ).key  # fmt: skip
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    cookies = [signed_in(people[name]).cookies for name in PEOPLE]
    wrong, found, taken = [], [], []
    for number, end in enumerate(ends(world)):
        found.append(end.name)
        if end.name.startswith("/open311/"):
            end.fields |= {"api_key": key, "service_code": world.service}
        good = (NAMES[number % len(NAMES)], gps_photo(), "text/html")
        heard = []
        for who in cookies:
            status, kept, odd = sent(world, end, who, good)
            heard.append(status)
            if kept:
                taken.append(end.name)
                break
        if status >= 500 or odd:
            wrong.append(f"{end.name}: a good file ends in {status} {odd}")
        if not kept:
            wrong.append(f"{end.name}: nobody's good file is taken, {heard}")
        if any(
            word in body for body in kept for word in (b"SpyCam", b"<script", b"PK\x03\x04", b"GPS", b"Exif")
        ):
            wrong.append(f"{end.name}: more than pixels is kept of a photo")
        for what in (ALL + ALL)[number % len(ALL) :][:EACH]:
            status, kept, _odd = sent(world, end, who, HARMFUL[what])
            if not 400 <= status < 500 or kept:
                wrong.append(f"{end.name}: {what} ends in {status}, kept {len(kept)}")
    sys.stdout.write(f"\n{len(found)} ends of programs: {', '.join(found)}\n")
    assert not wrong, "\n".join(wrong)
    assert len(found) >= 9 and set(taken) == set(found)
