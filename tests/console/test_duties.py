"""`onegrid accounts …` and `onegrid duties …`: each command is one call of an action."""

from django.utils import timezone
from typer.testing import CliRunner

from onegrid.accounts.duties.models import Duty, Leave
from onegrid.accounts.identity.models import Grant, Posting, User
from onegrid.console import accounts, duties
from tests.streets import streets  # noqa: F401  a fixture


def run(group, *words: str):
    return CliRunner().invoke(group.app, list(words))


def test_a_newcomer_from_the_grant_to_the_last_day(streets):  # noqa: F811
    grid, old = streets.a.grids[0], streets.a.staff["grid_worker"]
    new = User.objects.create(username="new", display_name="新人")
    steps = [
        (accounts, "grant", "new", "grid_worker", "--area", grid.code),
        (accounts, "appoint", "new", "grid_worker", "--org", streets.a.stations[0].code, "--area", grid.code),
        (duties, "assign", "new", grid.code, "--role", "deputy"),
        (duties, "leave", old.username, "2026-01-01T08:00", "2099-01-01T08:00", "--cover", "NEW"),
    ]
    for step in steps:
        done = run(*step)
        assert done.exit_code == 0, (step, done.output, done.exception)
    assert Grant.objects.get(user=new).area == Posting.objects.get(user=new).area == grid
    assert Leave.objects.get().cover == new
    assert run(duties, "who", grid.code).output.startswith("新人")
    assert run(accounts, "leave", "new").exit_code == 0
    new.refresh_from_db()
    assert new.left_at is not None
    assert not Duty.objects.valid_at(timezone.now()).filter(user=new).exists()


def test_an_account_is_opened_for_its_own_place_and_its_role_taken_back(streets):  # noqa: F811
    first, new = "Erste-Parole-26", "Zweite-Parole-26"
    opened = run(
        accounts, "create", "li", "李工", "--role", "grid_worker", "--area", streets.a.grids[0].code,
        "--password", first,
    )  # fmt: skip
    assert opened.exit_code == 0, opened.output
    user = User.objects.get(username="li")
    assert [reach.path for reach in user.scope("cases.see").reaches] == [streets.a.grids[0].path]
    assert run(accounts, "reset-password", "LI", "--password", new).exit_code == 0
    user.refresh_from_db()
    assert user.check_password(new) and user.must_change_password
    shown = run(accounts, "rights", "li").output
    assert "grid_worker" in shown and streets.a.grids[0].code in shown
    assert run(accounts, "end-grant", shown.split()[0]).exit_code == 0
    assert (
        run(accounts, "rights", "li").output == ""
        and not User.objects.get(pk=user.pk).scope("cases.see").reaches
    )
    assert run(accounts, "create", "wu", "吴", "--role", "nobody", "--password", first).exit_code != 0
    assert not User.objects.filter(username="wu").exists()


def test_handing_over(streets):  # noqa: F811
    old, head = streets.a.staff["grid_worker"], streets.a.staff["grid_head"]
    assert run(duties, "hand-over", "A-001", old.username, head.username).exit_code == 0
    assert [duty.user for duty in Duty.objects.filter(area__code="A-001", ends_at=None)] == [head]
    again = run(duties, "hand-over", "A-001", old.username, head.username)
    assert again.exit_code == 2


def test_unknown_names_are_said(streets):  # noqa: F811
    for step in (
        (accounts, "leave", "nobody"),
        (accounts, "appoint", "a.leader", "king", "--org", "x"),
        (accounts, "appoint", "a.leader", "leader", "--org", "x"),
        (duties, "assign", "a.leader", "A-001", "--role", "king"),
    ):
        assert run(*step).exit_code == 2, step
