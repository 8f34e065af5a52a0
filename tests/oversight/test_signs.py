"""疑点: signs are found once, told to whom they are about, and judged by people."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from onegrid.cases.flow import actions as flow
from onegrid.cases.flow.models import Case, Channel, Evidence
from onegrid.kit.errors import NotAllowed, NotFound, Refused
from onegrid.oversight.measures.actions import rebuild_measures
from onegrid.oversight.scores import actions
from onegrid.oversight.scores.models import Sign
from onegrid.oversight.scores.queries import (
    own_signs,
    signs,
)
from onegrid.oversight.scores.signs import sign_limits
from onegrid.oversight.scores.telling import sign_words
from tests.cases.conftest import AT, BY, brought_to, photo, town  # noqa: F401
from tests.streets import streets  # noqa: F401

pytestmark = pytest.mark.django_db


def test_signs_are_found_once_and_judged_by_people(town, monkeypatch):  # noqa: F811
    limits = replace(sign_limits(AT.date()), bare_least=1)
    monkeypatch.setattr("onegrid.oversight.scores.signs.sign_limits", lambda day: limits)
    worker, leader = town.a.staff["grid_worker"], town.a.staff["leader"]
    at = AT - timedelta(days=1)
    cancelled = Case.objects.filter(state="cancelled").count()

    def own_report(text, minutes=0, street=town.a):
        lon, lat = street.at(0)
        return flow.open_case(
            channel=Channel.GRID_WORKER, text=text, lon=lon, lat=lat, by=worker, at=at + timedelta(minutes=minutes),
        )  # fmt: skip

    first, second = own_report("路面坑洼"), own_report("路面有坑", 60)
    flow.merge_case(
        case_id=second.pk,
        into_id=first.pk,
        reason="同一件",
        by=town.a.staff["shift_leader"],
        at=at + timedelta(hours=2),
    )
    own_report("路灯不亮", 61, town.b)  # kilometres away, a minute later
    for number in range(5):
        case = own_report(f"纸箱{number}", 120 + number)
        flow.settle_case(
            case_id=case.pk,
            words="搬走了",
            photos=[photo()],
            by=worker,
            at=at + timedelta(minutes=122 + number),
        )
    for where in (
        None,
        Point(117.0, 36.0, srid=4490),
        Point(*town.a.at(0), srid=4490),
    ):  # no photo, far, near
        checked = brought_to("checked", town.a)
        if where is not None:
            file = Evidence.objects.filter(case=case).first().file
            step = checked.steps.get(verb="check")
            Evidence.objects.create(
                case=checked, step=step, position=1, file=file, kind="after", taken_point=where
            )
    rebuild_measures(at=AT)
    day = timezone.localdate(at)
    both = {"since": day, "until": day + timedelta(days=1)}
    found = actions.find_signs(**both, at=AT)
    kinds = sorted(Sign.objects.values_list("kind", flat=True))
    assert found == len(kinds) and {"duplicate", "self_made", "track", "far"} <= set(kinds)
    far = Sign.objects.get(kind="far")  # photos near, or that say no place, accuse nobody
    assert far.details["metres"] > 100_000
    assert Sign.objects.get(kind="bare").details["count"] == 1
    assert all(sign_words(sign) for sign in signs(viewer=leader))  # each kind has its sentence
    assert actions.find_signs(**both, at=AT) == 0
    assert len(signs(viewer=leader)) == len(own_signs(viewer=worker)) == found  # the worker reads them too
    assert signs(viewer=town.b.staff["leader"]) == []
    with pytest.raises(NotAllowed):
        signs(viewer=worker)
    sign = Sign.objects.filter(kind="track").get()
    assert sign.details["kmh"] > 60
    with pytest.raises(NotFound):
        actions.review_sign(sign_id=sign.pk, in_order=True, words="x", by=town.b.staff["leader"], at=AT)
    with pytest.raises(Refused):
        actions.review_sign(sign_id=sign.pk, in_order=True, words=" ", by=leader, at=AT)
    actions.review_sign(sign_id=sign.pk, in_order=True, words="坐车去的", by=leader, at=AT)
    with pytest.raises(Refused):
        actions.review_sign(sign_id=sign.pk, in_order=False, words="x", by=leader, at=AT)
    assert actions.find_signs(**both, at=AT) == 0
    assert Case.objects.filter(state="cancelled").count() == cancelled  # a sign does nothing by itself
