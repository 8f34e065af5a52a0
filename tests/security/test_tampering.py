"""A database superuser with the guards off: what was done to a timeline is found, and named by number and step.

What the chain cannot show alone, a case that is gone or was put back to an earlier day, an anchor shows.
"""

from datetime import timedelta

import pytest
import typer
from django.db import connection

from onegrid.cases.flow.anchors import write_case_anchor
from onegrid.cases.flow.models import Case, Step
from onegrid.console.verify import verify
from tests.cases.conftest import AT, brought_on, brought_to, photo, reported, town  # noqa: F401
from tests.cases.flow.test_verification import by_force, findings
from tests.streets import streets  # noqa: F401

FORGED = """
INSERT INTO cases_step (case_id, position, verb, from_state, to_state, actor_key, actor_label, post, org_name, "to",
                        words, details, at, prev_hash, hash)
SELECT case_id, position + 1, verb, from_state, to_state, actor_key, actor_label, post, org_name, "to",
       '改判', details, at, hash, encode(sha256(words::bytea), 'hex')
FROM cases_step WHERE id = %s
"""
MOVED = "UPDATE cases_step SET case_id = %s, position = 2 WHERE case_id = %s AND position = 7"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path
    return tmp_path


@pytest.fixture
def case(town):  # noqa: F811
    reported(town.a, text="另一件")
    return brought_to("closed", town.a, photos=[photo()])


def test_exchanged_steps_are_named(case):
    by_force(
        "UPDATE cases_step SET position = CASE position WHEN 3 THEN 1004 ELSE 1003 END"
        " WHERE case_id = %s AND position IN (3, 4)",
        case.pk,
    )
    by_force(
        "UPDATE cases_step SET position = position - 1000 WHERE case_id = %s AND position > 1000", case.pk
    )
    found = findings()
    assert ("broken_chain", f"{case.number} step 3") in found and (
        "changed",
        f"{case.number} step 4",
    ) in found
    assert all(where.startswith(case.number) for _what, where in found)


def test_a_forged_step_is_named(case):
    """As much as somebody can do without the key: right position, a hash of the right length."""
    last = Step.objects.filter(case=case).latest("position")
    by_force(FORGED, last.pk)
    assert ("changed", f"{case.number} step {last.position + 1}") in findings()
    assert ("seal_broken", case.number) in findings()


def test_a_step_moved_to_another_case_is_named(case):
    other = Case.objects.exclude(pk=case.pk).get()
    by_force(MOVED, other.pk, case.pk)
    found = findings()
    assert ("changed", f"{other.number} step 2") in found and ("seal_broken", case.number) in found


def test_an_exchanged_photo_is_named(case):
    by_force("UPDATE kit_storedfile SET sha256 = lpad(id::text, 64, '0')")
    assert {what for what, _where in findings()} == {"changed"}


def removed_whole(case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("cases_step", "cases_evidence"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("cases_evidence", "cases_step", "cases_stageclock"):
            cursor.execute(f"DELETE FROM {table} WHERE case_id = %s", [case.pk])
        cursor.execute("DELETE FROM cases_case WHERE id = %s", [case.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_case_that_is_gone_is_named_by_the_anchor(case):
    write_case_anchor(at=AT)
    assert findings() == []
    removed_whole(case)
    assert findings() == [("case_gone", case.number)]


def test_a_case_that_was_put_back_to_an_earlier_day_is_named_by_the_anchor(town):  # noqa: F811
    """With the row and the seal of then: every step that is left fits."""
    case = brought_to("dispatched", town.a)
    before = Case.objects.filter(pk=case.pk).values("state", "version", "seal", "ended_at").get()
    brought_on(case, town.a, "handled", "checked")
    write_case_anchor(at=AT)
    later = "SELECT id FROM cases_step WHERE case_id = %s AND position > %s"
    for table, key in (("cases_evidence", "step_id"), ("cases_step", "id")):
        by_force(f"DELETE FROM {table} WHERE {key} IN ({later})", case.pk, before["version"])
    Case.objects.filter(pk=case.pk).update(**before)
    assert findings() == [("step_gone", f"{case.number} step 6")]


def test_what_moved_since_stands_in_the_next_anchor(town):  # noqa: F811
    case = reported(town.a)
    write_case_anchor(at=AT)
    for day, state in enumerate(("verified", "filed", "dispatched"), start=1):
        brought_on(case, town.a, state)
        write_case_anchor(at=AT + timedelta(days=day))
    assert findings() == []
    by_force("UPDATE cases_step SET hash = repeat('0', 64) WHERE case_id = %s AND position = 3", case.pk)
    assert ("step_exchanged", f"{case.number} step 3") in findings()


def test_a_changed_anchor_is_named(case, anchors):
    path = write_case_anchor(at=AT)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert findings() == [("anchor_changed", path.name)]


def test_the_command_names_it_and_ends_with_one(case, capsys):
    verify("cases")
    assert "everything holds" in capsys.readouterr().out
    by_force("UPDATE cases_step SET words = '改' WHERE case_id = %s AND position = 4", case.pk)
    with pytest.raises(typer.Exit) as end:
        verify("cases")
    assert end.value.exit_code == 1
    assert f"changed: {case.number} step 4" in capsys.readouterr().out
