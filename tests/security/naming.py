"""A record of another street named in a filter, a search or a form: the answer is that of a number never given."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.actions import open_case
from onegrid.cases.flow.models import Case, Channel
from onegrid.registry.establishments.models import Establishment
from tests.house.matrix.row import BY, NOW, World, a_building, a_compound, a_path
from tests.house.matrix.walking import browser, signed_in, undone
from tests.security.other_streets import BY_AREA, BY_ORG, NO_SUCH_NUMBER, difference, lists, still
from tests.security.records import thing

NEVER = 2_000_000_000
CODE_NEVER = "9" * 17


def named(world: World) -> dict[str, Any]:
    """What filters call records by → one of street A. Areas are published, so they may be told apart."""
    worker = world.streets.a.staff["grid_worker"].pk
    return {
        **dict.fromkeys(("person", "user", "whose", "by", "worker"), worker),
        **dict.fromkeys(("holder", "unit", "org"), world.streets.a.stations[0].pk),
        **dict.fromkeys(("case", "into", "number", "whistle"), world.number),
        "compound": a_compound(world)["compound_id"],
        "building": a_building(world)["building_id"],
        "firm": Establishment.objects.filter(name="云桥便利店").first().pk,
        "path": a_path(world)["path_id"],
        "thing": thing(world)["identifier"],
        "t": thing(world)["identifier"],
        "request": world.boards.request,
        "question": world.boards.question,
        "activity": world.boards.activity,
    }


def never(names: dict[str, Any]) -> dict[str, Any]:
    return {
        name: NEVER if isinstance(value, int) else CODE_NEVER if value.isdigit() else NO_SUCH_NUMBER
        for name, value in names.items()
    }


def query(names: dict[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, value in names.items())


def plain(answer: HttpResponseBase, values: set[str]) -> tuple[int, bytes]:
    """Without what was asked for, in both: pages repeat it in links and fields."""
    body = still(answer) if answer.status_code == 200 else b""
    for value in sorted(values, key=len, reverse=True):
        body = re.sub(rb'(?<=[=">\n])' + value.encode() + rb'(?=[&" <])', b"?", body)
    return answer.status_code, body


def test_a_filter_by_what_is_not_mine_finds_as_little_as_one_by_nothing(world: World):
    mine, nothing = named(world), never(named(world))
    values = {str(value) for value in [*mine.values(), *nothing.values()]}
    cookies = {name: signed_in(User.objects.get(username=name)).cookies for name in [*BY_AREA, *BY_ORG]}
    wrong, walked = [], 0
    for address in dict.fromkeys(address for _name, address in lists(world) if "area=" not in address):
        for people in (BY_AREA, BY_ORG):
            for username in people:
                seen = []
                for names in (mine, nothing):
                    with undone():
                        mark = "&" if "?" in address else "?"
                        answer = browser(cookies[username]).get(address + mark + query(names))
                        seen.append(plain(answer, values))
                    if answer.status_code in (403, 404):
                        break
                if len(seen) == 2:
                    walked += 1
                    if seen[0] != seen[1]:
                        where = difference(seen[0][1], seen[1][1])
                        wrong.append(f"{username} {address}: {seen[0][0]}, {seen[1][0]} {where}")
                    break
    assert walked > 60
    assert not wrong, "\n".join(wrong)


# ---------------------------------------------------------------- in what is sent


def sent(world: World) -> Iterator[tuple[str, dict[str, Any], str, Callable[[str], dict[str, Any]]]]:
    """Address, its arguments, who sends it, and what is sent about a case of the given number."""
    own = {"number": world.number}
    yield "api:case_merge", own, "a.shift_leader", lambda n: {"into": n, "reason": "x"}
    yield "api:case_link", own, "a.shift_leader", lambda n: {"other": n, "reason": "x"}
    yield "api:case_unlink", own, "a.shift_leader", lambda n: {"other": n, "reason": "x"}
    yield "api:path_attach", a_path(world), "a.dispatcher", lambda n: {"number": n}
    yield "desk:merge", own, "a.shift_leader", lambda n: {"into": n, "reason": "x"}
    yield "desk:act", {**own, "verb": "link"}, "a.shift_leader", lambda n: {"other": n, "reason": "x"}
    yield (
        "oversee:instruction_new",
        {},
        "a.leader",
        lambda n: {"words": "x", "cases": n, "units": [unit(world)]},
    )
    whistle = {"kind": "joint", "words": "x", "lead": world.streets.department.pk, "address": ""}
    yield "api:blow_whistle", {}, "a.leader", lambda n: {**whistle, "cases": [n]}


def unit(world: World) -> int:
    return world.streets.a.office.pk


def test_a_case_that_is_not_mine_is_named_in_vain(world: World):
    """In bodies and forms: like a number that was never given, and nothing is written about it."""
    b = world.streets.b
    lon, lat = b.at(0)
    other = open_case(channel=Channel.RESIDENT, text="乙街道的", lon=lon, lat=lat, by=BY, at=NOW)
    before = Case.objects.values("version", "state", "seal").get(pk=other.pk)
    wrong = []
    for name, args, who, body in sent(world):
        client = browser(signed_in(User.objects.get(username=who)).cookies)
        answers = []
        for number in (other.number, NO_SUCH_NUMBER):
            more = {"headers": {"if-match": "*", "idempotency-key": "k"}} if name.startswith("api:") else {}
            kind = {"content_type": "application/json"} if more else {}
            with undone():
                answer = client.post(reverse(name, kwargs=args), body(number), **more, **kind)
                said = still(answer).replace(number.encode(), b"?")
                if Case.objects.values("version", "state", "seal").get(pk=other.pk) != before:
                    wrong.append(f"{name}: something was written about it")
            answers.append((answer.status_code, said))
        if answers[0] != answers[1] or answers[0][0] < 300:
            wrong.append(f"{name}: {answers[0]} but of nothing {answers[1]}")
    assert not wrong, "\n".join(wrong)
