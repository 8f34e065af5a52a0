"""Accounts: opened, given rights, looked after, closed."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.identity import actions
from onegrid.accounts.identity.models import Grant, Posting, Role, User
from onegrid.accounts.identity.posts import PostKind
from onegrid.accounts.identity.queries import people
from onegrid.accounts.identity.roles import role_table
from onegrid.kit.actors import Reach, Scope, SystemActor
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, NotFound, Refusal, Refused
from onegrid.places.areas.models import Area

BY = SystemActor("test")
AT = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
GOOD = "Willow-bridge-7"


def new_user(by=BY, **more) -> User:
    wanted = {"username": "new", "display_name": "新人", "password": GOOD} | more
    return actions.create_user(**wanted, by=by, at=AT)


def test_a_new_account_has_no_right_and_must_choose_a_password(streets):
    user = new_user(phone="139 0000 0000", by=streets.staff["operator"])
    user.refresh_from_db()
    assert user.must_change_password
    assert user.check_password(GOOD)
    assert not user.scope("cases.see").reaches
    assert user.phone == "139 0000 0000"
    assert len(user.phone_index) == 64
    assert AuditEntry.objects.filter(verb="users.create", object_id=str(user.pk)).count() == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"username": "A.Grid_Worker"}, "username_taken"),
        ({"password": "12345678"}, "weak_password"),
        ({"password": "short1"}, "weak_password"),
        ({"display_name": " "}, "name_missing"),
        ({"phone": "call me"}, "bad_phone"),
    ],
)
def test_accounts_that_are_refused(streets, more, code):
    count = User.objects.count(), AuditEntry.objects.count()
    with pytest.raises(Refused) as refusal:
        new_user(**more)
    assert refusal.value.code == code
    assert (User.objects.count(), AuditEntry.objects.count()) == count


def test_a_worker_opens_no_account(streets):
    with pytest.raises(NotAllowed):
        new_user(by=streets.a.staff["grid_worker"])


def test_a_role_reaches_its_area_until_it_ends(streets):
    user = new_user()
    grant = actions.grant_role(
        user=user, role_code="leader", area=streets.a.area, by=streets.staff["operator"], at=AT
    )
    assert User.objects.get(pk=user.pk).scope("cases.see").covers(streets.a.grids[0].path)
    assert not User.objects.get(pk=user.pk).scope("cases.see").covers(streets.b.grids[0].path)
    actions.end_grant(grant_id=grant.pk, by=streets.staff["operator"], at=AT)
    assert not User.objects.get(pk=user.pk).scope("cases.see").reaches
    with pytest.raises(Refused, match="ended_already"):
        actions.end_grant(grant_id=grant.pk, by=BY, at=AT)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"role_code": "emperor"}, "no_such_role"),
        ({"valid_from": AT.date(), "valid_to": AT.date()}, "empty_term"),
        ({"role_code": "grid_worker"}, "granted_already"),
    ],
)
def test_grants_that_are_refused(streets, more, code):
    count = Grant.objects.count()
    wanted = {"user": streets.a.staff["grid_worker"], "role_code": "leader", "area": streets.a.grids[0]}
    with pytest.raises(Refused) as refusal:
        actions.grant_role(**wanted | more, by=BY, at=AT)
    assert refusal.value.code == code
    assert Grant.objects.count() == count


def test_nobody_grants_further_than_his_own_reach(streets):
    operator = streets.staff["operator"]
    operator.grants.update(area=streets.b.area)
    with pytest.raises(NotFound):
        actions.grant_role(user=new_user(), role_code="leader", area=streets.a.area, by=operator, at=AT)
    with pytest.raises(NotFound):
        actions.grant_role(user=new_user(username="n2"), role_code="leader", by=operator, at=AT)
    with pytest.raises(NotAllowed, match="own_grant"):
        actions.grant_role(user=operator, role_code="leader", area=streets.b.area, by=operator, at=AT)


def test_an_operator_of_one_street_takes_over_no_account_of_another(streets):
    operator = streets.staff["operator"]
    operator.grants.update(area=streets.b.area)
    for user in (streets.a.staff["leader"], streets.staff["data_officer"]):
        before = user.password
        with pytest.raises(NotFound):
            actions.reset_password(user=user, password=GOOD, by=operator, at=AT)
        user.refresh_from_db()
        assert user.password == before
    actions.reset_password(user=streets.b.staff["leader"], password=GOOD, by=operator, at=AT)


def test_whoever_leaves_loses_everything_at_once(streets):
    worker = streets.a.staff["grid_worker"]
    actions.appoint(
        user=worker,
        organisation=streets.a.stations[0],
        kind=PostKind.VOLUNTEER,
        valid_from=AT.date() + timedelta(days=9),
        by=BY,
        at=AT,
    )
    actions.leave_service(user=worker, by=streets.staff["operator"], at=AT)
    worker = User.objects.get(pk=worker.pk)
    assert worker.left_at == AT
    assert not worker.is_active
    assert not Grant.objects.reaching().filter(user=worker).exists()
    assert not Posting.objects.filter(user=worker, valid_to=None).exists()
    assert not Duty.objects.valid_at(AT).filter(user_id=worker.pk).exists()
    entry = AuditEntry.objects.get(verb="users.leave")
    assert entry.details == {"grants": 1, "posts": 2, "duties": 1, "portrait": 0, "presence": 0}
    with pytest.raises(Refused, match="user_left"):
        actions.leave_service(user=worker, by=BY, at=AT)


def test_leaving_takes_all_or_nothing(streets, monkeypatch):
    def fails(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(actions, "announce", fails)
    with pytest.raises(RuntimeError):
        actions.leave_service(user=streets.a.staff["grid_worker"], by=BY, at=AT)
    worker = User.objects.get(username="a.grid_worker")
    assert worker.left_at is None
    assert Duty.objects.filter(user=worker, ends_at=None).count() == 1


def test_people_are_seen_within_reach(streets):
    seen = set(people(viewer=streets.a.staff["leader"], at=AT))
    assert streets.a.staff["grid_worker_3"] in seen
    assert streets.a.staff["department_officer"] in seen
    assert streets.b.staff["grid_worker"] not in seen
    assert not people(viewer=streets.a.staff["grid_worker"], at=AT).exists()


def test_loading_roles_again_changes_nothing(streets):
    before = list(Role.objects.order_by("id").values())
    entries = AuditEntry.objects.count()
    Role.objects.create(code="own", name="自建", name_en="Own", permissions=["cases.see"])
    actions.load_roles(by=BY, at=AT)
    assert list(Role.objects.exclude(code="own").order_by("id").values()) == before
    assert AuditEntry.objects.count() == entries
    assert Role.objects.get(code="own").permissions == ["cases.see"]


def test_every_refusal_code_is_snake_case():
    assert all(role.code.islower() for role in role_table().roles)
    assert issubclass(Refused, Refusal)


paths = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(lambda ids: "".join(f"{i}." for i in ids))
reaches = st.builds(Reach, st.none() | paths, st.none() | st.integers(1, 3))


@given(st.lists(reaches, max_size=3), st.lists(st.tuples(paths, st.integers(1, 3)), min_size=1, max_size=5))
def test_a_scope_as_filter_finds_what_it_covers(found, places):
    """The same answer by SQL's rules: a range of strings, an equal id."""
    scope = Scope(tuple(found))
    query = scope.q("path", "org")
    for path, org in places:
        assert _matches(query, {"path": path, "org": org}) == scope.covers(path, org)


def _matches(query, row) -> bool:
    """Django's Q on one row, for the look-ups that Scope.q uses."""
    parts = [
        _matches(child, row) if hasattr(child, "children") else _look_up(child, row)
        for child in query.children
    ]
    result = (any(parts) if query.connector == "OR" else all(parts)) if parts else True
    return result != query.negated


def _look_up(child, row) -> bool:
    name, value = child
    field, _, how = name.partition("__")
    if how == "in":
        return row.get(field) in value
    return {
        "gte": lambda: row[field] >= value,
        "lt": lambda: row[field] < value,
        "": lambda: row[field] == value,
    }[how]()


def test_a_scope_as_filter_in_the_database(streets):
    scope = streets.a.staff["leader"].scope("areas.see")
    rows = Area.objects.all()
    assert set(rows.filter(scope.q("path"))) == {area for area in rows if scope.covers(area.path)}
