"""What goes on in street A changes nothing of what people of street B see: no list, count, search, export, tile, no
choice of a filter; and a record of A answers like one that does not exist.

No address is named here: they come from the URLconf and the rows of tests/house/test_matrix.py, so a new one is
walked without anybody thinking of it. In the suite an address is asked by two people of B (of an area, of an
organisation), with SECURITY_WHOLE=1 by all.
"""

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from onegrid.accounts.duties.models import Leave
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.accounts.orgs.models import OrgKind
from onegrid.cases.catalog.actions import keep_rule_draft
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.cases.flow.rules import NUMBER_PREFIX, case_number
from onegrid.exchange.connectors.actions import register_system
from onegrid.exchange.openplatform.actions import issue_client
from onegrid.exchange.openplatform.rules import GRANTABLE, PER_MINUTE_MOST
from onegrid.hall.answers.actions import ask_question
from onegrid.oversight.briefs.actions import make_brief
from onegrid.oversight.scores.models import Appeal, Score
from onegrid.oversight.supervision.actions import write_instruction
from onegrid.registry.establishments.actions import open_establishment
from tests.cases.patrol.places import a_place, patrolled, problem
from tests.cases.visits.households import a_room, plan_visits
from tests.cases.whistle.people import blown
from tests.compounds import make_compound
from tests.exchange.connectors.peer import MAPPING
from tests.house.matrix.row import BY, NOW, Row, World
from tests.house.matrix.table import MATRIX
from tests.house.matrix.walking import browser, expected, signed_in, undone
from tests.house.matrix.world import a_photo
from tests.security.looking import content_of
from tests.security.records import of_a
from tests.streets import FROM, STARTS

WHOLE = bool(os.environ.get("SECURITY_WHOLE"))
SECRET = "秘密"  # in every name and word that is written below in street A
# Places of addresses that say what is asked for, not of which record.
FREE = {"z", "x", "y", "form", "fmt", "kind"}
BY_AREA = [
    "b.shift_leader",
    "b.community_clerk",
    "b.grid_worker",
    "b.dispatcher",
    "b.leader",
    "b.grid_head",
    "b.acceptor",
]
BY_ORG = ["b.department_officer", "b.property_clerk"]
BESIDE = ["a.grid_worker_3"]  # of street A's other community
# What everybody may know of every street: asked for by people of B it may change when A does something.
OPEN_TO_ALL = {
    "api:addresses": "names of roads and shops on the map are public",
    "api:nearest_address": "as above",
    "open311:requests_": "published by Open311",
}
VOLATILE = [
    (re.compile(rb'"token": "[^"]*"|<v>\d{5}\.\d+</v>'), b""),
    (re.compile(rb'(token" value=|X-CSRFToken": |nonce=|name="(?:request_)?key" value=)"[^"]*"'), rb"\1"),
    (re.compile(rb"after=\d+"), b"after="),
    (re.compile(rb"\d\d:\d\d(:\d\d)?(\.\d+)?"), b"time"),
    (re.compile(rb'"(at|now|made_at|position|made)": ?[^,}]+'), rb"\1"),
    (re.compile(rb"<dcterms:(created|modified)[^<]*<"), rb"\1"),
    (re.compile(rb'data-(position|heard|now|key)="[^"]*"'), rb"\1"),
]  # fmt: skip


def lists(world: World) -> Iterator[tuple[str, str]]:
    """Name and address of whatever is asked without naming a record: as it is, and searched and filtered for A."""
    a = world.streets.a
    worker = a.staff["grid_worker"].pk
    narrowed = (
        f"q={SECRET}&area={a.area.pk}&grid={a.grids[0].pk}&community={a.communities[0].pk}&street={a.area.pk}"
        f"&unit={a.office.pk}&org={a.office.pk}&under={a.area.pk}&holder={worker}&person={worker}&user={worker}"
    )
    for name, rows in MATRIX.items():
        for row in rows:
            args = {} if row.post is not None or row.public else row.args(world)
            own = name.startswith(("account_", "mfa_", "usersessions_"))
            if own or row.post is not None or row.public or name in OPEN_TO_ALL or set(args) - FREE:
                continue
            address = reverse(name, kwargs=args) + row.query
            yield name, address
            if "z" not in args:
                yield name, address + ("&" if "?" in address else "?") + narrowed


def one_more_of_everything(world: World) -> None:
    """In street A, beside what is there."""
    streets, a = world.streets, world.streets.a
    lon, lat = a.at(0)
    who = {"by": BY, "at": NOW}
    Case.objects.filter(number=world.number).update(urgent=True, pressed=1)
    open_case(channel=Channel.RESIDENT, text=f"{SECRET}路灯", lon=lon, lat=lat, photos=[a_photo()],
              contact_name="李四", contact_phone="000-0000-9876", **who)  # fmt: skip
    open_case(channel=Channel.HOTLINE, text=f"{SECRET}井盖", lon=lon, lat=lat, **who)
    open_establishment(kind="shop", name=f"{SECRET}小店", lon=lon, lat=lat, **who)
    make_compound(a, f"{SECRET}苑", grid=1)
    plan_visits(address_id=a_room(a, f"{SECRET}室").pk, reason="elderly_alone", name="赵奶奶", **who)
    place = a_place(a, at=NOW, name=f"{SECRET}铺")
    patrolled(place, a.staff["grid_worker"], at=NOW, key="key-2", exits=problem())
    blown(streets, at=NOW, words=f"{SECRET}联合处置")
    write_instruction(words=f"{SECRET}核查", unit_ids=[a.office.pk], by=a.staff["leader"], at=NOW)
    make_brief(area=a.area, day=NOW.date() - timedelta(days=1), at=NOW)
    ask_question(text=f"{SECRET}几点？", area=a.communities[0], at=NOW)
    issue_client(name=f"{SECRET}应用", organisation=a.centre, permissions=["cases.see"], area=a.area, **who)
    register_system(name=f"{SECRET}系统", organisation=a.centre, units=[a.stations[0]],
                    address="https://192.0.2.2", mapping=MAPPING, **who)  # fmt: skip
    keep_rule_draft(scheme="gbt47678.5-2026", kind="event", major_code="05", org_kind=OrgKind.STREET_OFFICE,
                    area_id=a.area.pk, **who)  # fmt: skip
    score = Score.objects.get(user=a.staff["grid_worker"])
    Appeal.objects.create(
        score=score, reason=SECRET, state="waiting", asked_by=a.staff["grid_worker"], asked_at=NOW
    )
    newcomer(a)


def newcomer(street) -> None:
    user = User.objects.create(username="a.newcomer", display_name=f"{SECRET}员", date_joined=STARTS)
    like = street.staff["grid_worker"]
    grant, post = like.grants.get(), like.postings.get()
    Grant.objects.create(user=user, role=grant.role, area=grant.area, valid_from=FROM)
    Posting.objects.create(
        user=user, organisation=post.organisation, kind=post.kind, area=post.area, valid_from=FROM
    )
    Leave.objects.create(user=user, starts_at=NOW, ends_at=NOW + timedelta(days=9), cover=like, note=SECRET)


def keys_of_b(world: World) -> dict[str, str]:
    """Applications with every right there is for one: in street B, and for what a unit of B has in hand."""
    b = world.streets.b
    given = {"permissions": GRANTABLE, "per_minute": PER_MINUTE_MOST, "purpose": "x", "by": BY, "at": NOW}
    street = issue_client(name="of b", organisation=b.centre, area=b.area, **given)
    unit = issue_client(name="of a unit", organisation=b.office, area=None, own_cases_only=True, **given)
    return {"application": street.key, "application of a unit": unit.key}


def seen_by_applications(
    addresses: list[tuple[str, str]], keys: dict[str, str]
) -> dict[tuple[str, str], bytes]:
    seen = {}
    for address in (address for name, address in addresses if name.startswith("api:")):
        for who, key in keys.items():
            with undone():
                answer = browser(SimpleCookie()).get(address, headers={"authorization": f"Bearer {key}"})
                if answer.status_code == 200:
                    seen[address, who] = still(answer)
    return seen


def seen_by_b(addresses: list[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """(address, who) → what came, without what differs from one moment to the next."""
    everybody = [*BY_AREA, *BY_ORG, *BESIDE]
    cookies = {name: signed_in(User.objects.get(username=name)).cookies for name in everybody}
    seen: dict[tuple[str, str], bytes] = {}
    for _name, address in addresses:
        for people in (BY_AREA, BY_ORG, BESIDE):
            for username in people:
                with undone():
                    answer = browser(cookies[username]).get(address)
                    if answer.status_code != 200:
                        continue
                    seen[address, username] = still(answer)
                if not WHOLE:
                    break
    return seen


def still(answer: HttpResponseBase) -> bytes:
    body = content_of(answer)
    for pattern, instead in VOLATILE:
        body = pattern.sub(instead, body)
    return body


def test_what_street_a_does_changes_nothing_for_street_b(world: World):
    addresses = list(lists(world))
    keys = keys_of_b(world)
    before = seen_by_b(addresses) | seen_by_applications(addresses, keys)
    assert len({address.split("?")[0] for address, _who in before}) > 60
    assert len({address.split("?")[0] for address, who in before if who in keys}) > 6
    one_more_of_everything(world)
    after = seen_by_b(addresses) | seen_by_applications(addresses, keys)
    wrong = [f"{who} {address}: {difference(before[address, who], after.get((address, who), b''))}"
             for address, who in before if before[address, who] != after.get((address, who))]  # fmt: skip
    told = [f"{who} {address}" for (address, who), body in after.items() if told_a_secret(address, body)]
    assert not wrong and not told, "\n".join(wrong + told)


def told_a_secret(address: str, body: bytes) -> bool:
    """The words searched for come back in the search field; whatever else holds them comes from street A."""
    if "q=" in address:
        body = re.sub(rb'value="[^"]*"|[?&]q=[^"&]*', b"", body)
    return any(f"{SECRET}{more}".encode() in body for more in "路井小苑室铺联核几应系员")


def difference(one: bytes, other: bytes) -> str:
    """Around the first place where they differ."""
    place = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    cut = slice(max(0, place - 60), place + 100)
    return f"{one[cut].decode(errors='replace')!r} became {other[cut].decode(errors='replace')!r}"


# ---------------------------------------------------------------- a record of A, and one that does not exist


# Areas are public: that there is one is no secret, and the refusal names another reason than a number never given.
PUBLIC_RECORDS = {"operator:duty_area", "operator:duty_assign", "operator:duty_copy", "staff:who_answers",
                  "staff:map_card", "operator:area_rename", "operator:area_open", "operator:area_close",
                  "operator:area_reopen", "api:area_phones"}  # fmt: skip
NO_SUCH_NUMBER = case_number(NUMBER_PREFIX, date(2026, 11, 20), 9_999_999)
WORDS = {"verb", "deed", "form", "fmt", "kind", "key", "way", "step"}


def missing(args: dict[str, Any]) -> dict[str, Any]:
    """The same address of nothing."""
    made = {
        name: 2_000_000_000 + place
        if isinstance(value, int)
        else NO_SUCH_NUMBER
        if name == "number"
        else "9" * 17
        for place, (name, value) in enumerate(args.items())
        if name not in WORDS | FREE
    }
    return args | made


def without(args: dict[str, Any], answer: HttpResponseBase) -> tuple[int, bytes]:
    body = still(answer)
    for value in map(str, args.values()):
        if len(value) > 8:  # shorter ones stand in other words, too
            body = body.replace(value.encode(), b"?")
    return answer.status_code, body


def outsiders(row: Row) -> Iterator[User]:
    """People of B who have the right, but not there."""
    people = (
        User.objects.filter(username__startswith="b.").prefetch_related("grants__role").order_by("username")
    )
    for user in people:
        if expected(row, user, program=False) == "404":
            yield user
            if not WHOLE:
                return


def test_a_record_of_another_street_answers_like_none(world: World):
    """The same answer, found out by nearly as many statements: how long it takes tells little more than its words."""
    real, wrong, told, walked = of_a(), [], [], 0
    cookies: dict[str, Any] = {}
    for name, row in guessable(world):
        args = (real.get(name) or row.args)(world)
        for user in outsiders(row):
            if user.username not in cookies:
                cookies[user.username] = signed_in(user).cookies
                asked(cookies[user.username], name, row, args)  # writes once that the session was seen
            (here, asked_here), (nowhere, asked_nowhere) = (
                counted(cookies[user.username], name, row, given) for given in (args, missing(args))
            )
            walked += 1
            same = here[0] == nowhere[0] if name in PUBLIC_RECORDS else here == nowhere
            if not same or here[0] != 404:
                wrong.append(f"{name} {user.username}: {here} but of nothing {nowhere}")
            more = abs(len(asked_here) - len(asked_nowhere))
            if more > MORE_MOST and name not in PUBLIC_RECORDS:
                told.append(f"{name} {user.username}: {more_of(asked_here, asked_nowhere)}")
    assert walked > 100
    assert not wrong, "\n".join(wrong)
    assert not told, "\n".join(told)


# Of a case that is there it is also asked whether the viewer helps with it or it was offered; of an instruction, whom
# it was written to; of a cut, which buildings it is about.
MORE_MOST = 2


def guessable(world: World) -> Iterator[tuple[str, Row]]:
    """Rows of records that some may see and others may not."""
    for name, rows in MATRIX.items():
        for row in rows:
            if row.within is not None and set(row.args(world)) - WORDS - FREE:
                yield name, row


def counted(kept, name: str, row: Row, args: dict[str, Any]) -> tuple[tuple[int, bytes], list[str]]:
    for _try in range(2):
        with CaptureQueriesContext(connection) as statements:
            answer = without(args, asked(kept, name, row, args))
        said = [one["sql"] for one in statements]
        if not any(
            '"last_seen_at" >' in sql for sql in said
        ):  # once a minute it is written that a session was seen
            break
    return answer, said


def asked(kept, name: str, row: Row, args: dict[str, Any]) -> HttpResponseBase:
    address = reverse(name, kwargs=args) + row.query
    with undone():
        return browser(kept).get(address) if row.post is None else browser(kept).post(address, row.post)


def more_of(here: list[str], nowhere: list[str]) -> str:
    """Which statements were asked of the one and not of the other."""
    shape = [[re.sub(r"\d+|'[^']*'", "?", sql)[:160] for sql in some] for some in (here, nowhere)]
    more = [sql for sql in shape[0] if sql not in shape[1]], [sql for sql in shape[1] if sql not in shape[0]]
    return f"{len(here)} statements, of nothing {len(nowhere)}: {more[0][:2]} / {more[1][:2]}"


@pytest.mark.parametrize("number", ["1", "%", "_%", "' OR 1=1 --", "YW2026%"])
def test_a_piece_of_a_number_opens_nothing(world: World, number):
    kept = signed_in(world.streets.b.staff["dispatcher"]).cookies
    for name, rows in MATRIX.items():
        if rows and not rows[0].public and rows[0].post is None and set(rows[0].args(world)) == {"number"}:
            assert browser(kept).get(reverse(name, kwargs={"number": number})).status_code in (403, 404)
