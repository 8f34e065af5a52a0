"""The database refuses changes of the timeline; where somebody gets round it, `onegrid verify cases` tells."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from onegrid.cases.flow import verifying
from onegrid.cases.flow.chain import CONTENT, step_content
from onegrid.cases.flow.models import Case, Evidence, Step
from onegrid.cases.flow.rules import State, Verb
from onegrid.kit.audit.sealing import canonical
from onegrid.kit.verifications import VERIFICATIONS
from tests.cases.conftest import brought_to, photo, reported
from tests.streets import streets  # noqa: F401


def findings():
    return [(found.what, found.where) for found in VERIFICATIONS.get("cases").findings(lambda done, of: None)]


def by_force(sql, *values):
    """As somebody would who owns the database and takes the guard away."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE cases_step DISABLE TRIGGER USER; ALTER TABLE cases_evidence DISABLE TRIGGER USER"
        )
        cursor.execute(sql, values)
        cursor.execute("ALTER TABLE cases_step ENABLE ALWAYS TRIGGER cases_step_stands")


@pytest.fixture
def case(town):
    reported(town.a, photos=[photo()])
    return brought_to("closed", town.a)


def test_untouched_cases_are_whole(case):
    assert findings() == []


def test_it_is_the_same_in_small_pieces(case, monkeypatch):
    monkeypatch.setattr(verifying, "PIECE", 1)
    by_force("UPDATE cases_step SET words = 'x' WHERE case_id = %s AND position = 2", case.pk)
    walked = []
    kinds = [found.what for found in verifying.all_findings(lambda done, of: walked.append((done, of)))]
    assert kinds == ["changed"] and walked[-1] == (2, 2)


def test_what_somebody_was_writing_meanwhile_is_no_finding(case, monkeypatch):
    """The first look meets a case row and the steps of another moment; the second, under the lock, does not."""
    read, looks = verifying._read, []

    def torn(piece):
        cases, steps, photos = read(piece)
        looks.append(piece)
        if len(looks) == 1:
            steps[case.pk].pop()
        return cases, steps, photos

    monkeypatch.setattr(verifying, "_read", torn)
    assert findings() == [] and looks[1:] == [(case.pk, case.pk)]


@pytest.mark.parametrize(
    "write",
    [
        lambda: Step.objects.update(words="x"),
        lambda: Evidence.objects.all().delete(),
        lambda: Step.objects.all().delete(),
        lambda: Case.objects.all().delete(),
    ],
)
def test_the_database_refuses(case, write):
    with pytest.raises(DatabaseError), transaction.atomic():
        write()


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("UPDATE cases_step SET words = 'x' WHERE case_id = %s AND position = 5", "changed"),
        ("UPDATE cases_step SET at = at + interval '1 s' WHERE case_id = %s AND position = 3", "changed"),
        ("UPDATE cases_step SET actor_label = 'x' WHERE case_id = %s AND position = 7", "changed"),
        ("UPDATE cases_step SET details = '{}' WHERE case_id = %s AND position = 3", "changed"),
        ("DELETE FROM cases_step WHERE case_id = %s AND position = 6", "broken_chain"),
        ("DELETE FROM cases_evidence WHERE case_id = %s", "changed"),
        ("UPDATE cases_case SET state = 'cancelled' WHERE id = %s", "seal_broken"),
        ("UPDATE cases_case SET unit_id = NULL WHERE id = %s", "seal_broken"),
        ("UPDATE cases_case SET text = 'nothing' WHERE id = %s", "report_changed"),
        ("UPDATE cases_case SET point = NULL WHERE id = %s", "report_changed"),
    ],
)
def test_a_change_by_force_is_found(case, sql, what):
    by_force(sql, case.pk)
    found = findings()
    assert what in {kind for kind, _where in found}
    assert all(where.startswith(case.number) for _kind, where in found)


def test_a_cut_tail_is_found(case):
    by_force("DELETE FROM cases_step WHERE case_id = %s AND position = 7", case.pk)
    assert findings() == [("seal_broken", case.number)]


@given(
    words=st.text(),
    actor=st.text(),
    org=st.none() | st.integers(),
    at=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    details=st.dictionaries(
        st.text(), st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    ),
    photos=st.lists(st.tuples(st.text(), st.text()), max_size=2),
)
def test_the_quick_spelling_of_a_step_is_the_canonical_one(words, actor, org, at, details, photos):
    step = Step(position=3, verb=Verb.FILE, from_state=State.VERIFIED, to_state="filed", actor_key=actor, words=words,
                org_id=org, at=at, details=details, prev_hash="ab")  # fmt: skip
    content = {name: getattr(step, name) for name in CONTENT}
    content |= {"at": at.timestamp(), "case": "YW1", "photos": [list(photo) for photo in photos]}
    assert step_content(step, "YW1", photos) == canonical(content)
