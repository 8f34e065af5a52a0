"""Owners' committee and votes as pages."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from onegrid.registry.dwellings.actions import record_dwellings
from onegrid.registry.dwellings.queries import buildings_of
from onegrid.registry.owners.models import Ballot, Committee, Member, Vote
from tests.compounds import make_compound
from tests.streets import BY, STARTS, streets  # noqa: F401


@pytest.fixture
def compound(streets):  # noqa: F811
    made = make_compound(streets.a)
    (first, _second) = buildings_of(made.pk)
    doors = [("1单元101室", Decimal(90)), ("1单元102室", Decimal(80))]
    record_dwellings(building_id=first.pk, doors=doors, by=BY, at=STARTS)
    return made


def signed_in(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def words(answer) -> str:
    return answer.content.decode()


def test_a_committee_with_masked_members(streets, compound):  # noqa: F811
    clerk = signed_in(streets.a.staff["community_clerk"])
    page = f"/property/compounds/{compound.pk}/owners/"
    assert "No owners&#x27; committee" in words(clerk.get(page)) or "No owners' committee" in words(
        clerk.get(page)
    )
    bad = clerk.post(f"{page}new/", {"term_from": "2026-01-01", "term_to": "2026-01-01"})
    assert bad.status_code == 400
    assert clerk.post(f"{page}new/", {"term_from": "2026-01-01", "term_to": "2029-01-01"}).status_code == 302
    add = f"/property/committees/{Committee.objects.get().pk}/members/"
    assert "fill in" in words(clerk.post(add, {"role": "chair"}, follow=True))
    clerk.post(add, {"role": "chair", "name": "李建国", "phone": "13900001234"})
    shown = words(clerk.get(page))
    assert "李**" in shown and "李建国" not in shown and "13900001234" not in shown
    contact = f"/property/members/{Member.objects.get().pk}/contact/"
    assert "李建国" in words(clerk.post(contact, {"purpose": "通知开会"}))
    assert "what you need" in words(clerk.post(contact, {"purpose": ""}, follow=True))
    firm = signed_in(streets.a.staff["property_clerk"])
    assert "李**" in words(firm.get(page)) and "Show the contact" not in words(firm.get(page))
    assert firm.post(contact, {"purpose": "x"}).status_code == 403
    clerk.post(f"/property/members/{Member.objects.get().pk}/end/")
    assert Member.objects.get().to_on is not None


def test_a_vote_from_draft_to_result(streets, compound):  # noqa: F811
    clerk, now = signed_in(streets.a.staff["community_clerk"]), timezone.localtime()
    given = {
        "topic": "firm", "question": "续聘物业公司？", "options": "同意\n反对\n弃权",
        "opens_at": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "closes_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    new = f"/property/compounds/{compound.pk}/votes/new/"
    assert clerk.post(new, given | {"options": "同意"}).status_code == 400
    page = clerk.post(new, given)["Location"]
    assert "Vote in preparation" in words(clerk.get(page))
    clerk.post(f"{page}open/")
    slips = words(clerk.post(f"{page}codes/"))
    codes = re.findall(r"<code>(\w{12})</code>", slips)
    assert len(codes) == 2
    neighbour = Client(headers={"accept-language": "en"})
    ballot = f"/vote/{codes[0]}/"
    assert "续聘物业公司" in words(neighbour.get(ballot))
    assert neighbour.post(ballot, {"option": "9"}).status_code == 400
    assert neighbour.post(ballot, {"option": "0"}).status_code == 302
    assert neighbour.get(ballot).status_code == 404
    assert neighbour.get("/vote/done/").status_code == 200
    voice = Vote.objects.get().voices.get(number=2)
    enter = f"{page}ballots/{voice.pk}/"
    clerk.post(enter, {"option": "0", "door": "102"})
    assert "another person" in words(clerk.post(enter, {"option": "0", "door": "102"}, follow=True))
    assert "entered once" in words(clerk.get(f"{page}?door=102"))
    assert "choose what" in words(clerk.post(enter, {"door": "102"}, follow=True))
    assert clerk.post(f"{page}ballots/999999/", {"option": "0"}).status_code == 404
    assert "open until" in words(clerk.post(f"{page}count/", follow=True))
    Vote.objects.update(closes_at=timezone.now())
    clerk.post(f"{page}count/")
    shown = words(clerk.get(page))
    assert "too few took part" in shown and "seal holds" in shown and "50.00 %" in shown
    assert Ballot.objects.filter(cast_at__isnull=False).count() == 1
    assert signed_in(streets.b.staff["community_clerk"]).get(page).status_code == 404


def test_a_vote_is_called_off(streets, compound):  # noqa: F811
    clerk, now = signed_in(streets.a.staff["community_clerk"]), timezone.localtime()
    page = clerk.post(
        f"/property/compounds/{compound.pk}/votes/new/",
        {
            "topic": "rebuild", "question": "加装电梯？", "options": "同意\n反对",
            "opens_at": f"{now:%Y-%m-%dT%H:%M}", "closes_at": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M}",
        },
    )["Location"]  # fmt: skip
    assert "three quarters" in words(clerk.get(page))
    assert clerk.post(f"{page}cancel/", {"reason": ""}).status_code == 400
    clerk.post(f"{page}cancel/", {"reason": "改期"})
    assert "Vote called off" in words(clerk.get(page))
    assert clerk.post(f"{page}nothing/").status_code == 404


def test_doors_of_one_owner_are_one_voice(streets, compound):  # noqa: F811
    """One voice by number, all of their area; a door that is not there, or twice, is said beside the field."""
    client = signed_in(streets.a.staff["community_clerk"])
    building = compound.buildings.get(name="1号楼")
    doors = [(f"2单元{floor}01室", Decimal("100.00")) for floor in (1, 2, 3)]
    record_dwellings(building_id=building.pk, doors=doors, by=BY, at=timezone.now())
    new = f"/property/compounds/{compound.pk}/votes/new/"
    now = timezone.localtime()
    given = {
        "topic": "firm",
        "question": "续聘？",
        "options": "同意\n反对",
        "opens_at": now.strftime("%Y-%m-%dT%H:%M"),
        "closes_at": (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"),
    }
    before = Vote.objects.count()
    first, second, third = (f"1号楼2单元{floor}01室" for floor in (1, 2, 3))
    for wrong in (f"{first} 9号楼1室", f"{first} {second}\n{third} {first}"):
        answer = client.post(new, given | {"owners": wrong})
        assert answer.status_code == 400 and "is no door of this compound" in words(answer)
    assert Vote.objects.count() == before
    client.post(new, given | {"owners": f"{first}、{third}\n"})
    vote = Vote.objects.latest("id")
    areas = {voice.doors: voice.area_m2 for voice in vote.voices.all()}
    assert areas[f"{first}、{third}"] == Decimal("200.00") and areas[second] == Decimal("100.00")
    assert len(areas) == vote.compound.buildings.get(name="1号楼").dwellings.count() - 1
