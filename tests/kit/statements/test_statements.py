"""Prepared statements and rows written together: the same as Django's own, and counted like its own."""

from datetime import UTC, datetime

import pytest
from django.db import DataError, IntegrityError, NotSupportedError, connection, transaction

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.models import Case, Step
from onegrid.kit.statements import Columns, Together, ask, ask_all, foreseen, gathering, next_id, tell
from tests.cases.conftest import brought_to, reported, town  # noqa: F401
from tests.streets import streets  # noqa: F401

AT = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_statement_is_counted_and_its_errors_are_djangos(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert ask("SELECT $1::bigint + 1, $2::text", ["41", None]) == [(42, None)]
    with pytest.raises(DataError), transaction.atomic():
        ask("SELECT $1::bigint", ["x"])
    assert ask("SELECT 1 WHERE $1::boolean", ["False"]) == []


def test_no_text_is_cut_at_a_nul_character(db):
    with pytest.raises(DataError):
        ask("SELECT $1::text", ["a\x00b"])


def test_a_statement_outlives_a_rollback_and_a_change_of_its_table(db):
    """What a refusal rolls back is prepared still; a table that has changed costs one refusal, not every later."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE thing ON COMMIT DROP AS SELECT 1 AS one")
        assert ask("SELECT * FROM thing") == [(1,)]
        with pytest.raises(DataError), transaction.atomic():
            ask("SELECT $1::bigint", ["x"])
        assert ask("SELECT * FROM thing") == [(1,)]
        cursor.execute("ALTER TABLE thing ADD COLUMN two text DEFAULT '2'")
    with pytest.raises(NotSupportedError), transaction.atomic():
        ask("SELECT * FROM thing")
    assert ask("SELECT * FROM thing") == [(1, "2")]


def test_the_oldest_statements_make_room(db, monkeypatch):
    monkeypatch.setattr("onegrid.kit.statements.asking.MOST", 3)
    for _round in range(2):
        for number in range(5):
            assert ask(f"SELECT {number}") == [(number,)]
    kept = ask("SELECT count(*) FROM pg_prepared_statements WHERE statement ~ '^SELECT \\d$'")
    assert kept[0][0] <= 3


def test_every_kind_of_column_comes_back_as_it_was_given(town):  # noqa: F811
    """Sealed text, a point, times, choices, JSON: read by the ORM what was written together."""
    case = reported(town.a, contact_name="张三\\'", contact_phone="13800000000", text='引号"与\\反斜线')
    again = Case.objects.get(pk=case.pk)
    for field in Case._meta.concrete_fields:
        assert getattr(again, field.attname) == getattr(case, field.attname), field.name
    step = Step.objects.get(case=case)
    assert (step.hash, step.details, step.at) == (
        case.steps.get().hash,
        {"report": step.details["report"], "limit_from": "version"},
        case.opened_at,
    )


def test_a_value_too_long_is_refused_and_not_cut(town):  # noqa: F811
    user = User(pk=next_id(User), username="x", display_name="名" * 41, password="", date_joined=AT)
    rows = Together()
    rows.insert(user)
    with pytest.raises(DataError), transaction.atomic():
        rows.write()
    assert not User.objects.filter(username="x").exists()


def test_nothing_of_a_statement_stays_when_one_row_is_refused(town):  # noqa: F811
    case = reported(town.a)
    first = case.steps.get()
    case.text = "changed"
    rows = Together()
    rows.update(case, ["text"])
    first.pk = next_id(Step)  # the same position again
    rows.insert(first)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.write()
    assert Case.objects.get(pk=case.pk).text != "changed"


def test_columns_make_the_instance_that_the_orm_makes(town):  # noqa: F811
    case = brought_to("verified", town.a)
    picked = Columns(Step)
    rows = ask(
        f"SELECT {picked.of('s')} FROM cases_step s WHERE s.case_id = $1::bigint ORDER BY 1", [str(case.pk)]
    )
    assert [picked.made(row).details for row in rows] == [step.details for step in case.steps.all()]
    assert Columns(Step).made_or_none([None] * len(picked)) is None


@pytest.mark.django_db
def test_what_asks_to_be_prepared_is_prepared():
    """Django's own setting would keep psycopg from it, silently."""
    for number in ("1", "2"):
        assert ask("SELECT $1::int + 41", [number]) == [(int(number) + 41,)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%+ 41"],
        )
        assert cursor.fetchall() == [(2,)]


def test_several_are_asked_at_once_and_see_one_another(db, django_assert_num_queries):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE thing (one int) ON COMMIT DROP")
    put, count = "INSERT INTO thing SELECT $1::int", "SELECT count(*) FROM thing"
    with django_assert_num_queries(3):
        assert ask_all((put, ["1"]), (count, []), (put, ["2"])) == [[], [(1,)], []]
    assert ask_all((count, [])) == [[(2,)]] and ask(count) == [(2,)]


def test_behind_one_that_fails_nothing_is_run(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE thing (one int) ON COMMIT DROP")
    with pytest.raises(DataError), transaction.atomic():
        ask_all(
            ("INSERT INTO thing SELECT $1::int", ["1"]),
            ("SELECT $1::bigint", ["x"]),
            ("INSERT INTO thing SELECT $1::int", ["2"]),
        )
    assert ask("SELECT count(*) FROM thing") == [(0,)]


def test_many_rows_come_back_whole(db):
    query = "SELECT n, repeat('x', 200) FROM generate_series(1, $1::int) n"
    assert [len(rows) for rows in ask_all((query, ["5000"]), (query, ["1"]), (query, ["7000"]))] == [
        5000,
        1,
        7000,
    ]


@pytest.fixture
def thing(db):
    """A table of one number a row; thing(): the numbers in it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE thing (one int PRIMARY KEY) ON COMMIT DROP")

    def read() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT one FROM thing ORDER BY one")
            return [one for (one,) in cursor.fetchall()]

    return read


PUT = "INSERT INTO thing SELECT $1::int RETURNING one"


def test_what_is_told_goes_with_the_next_question(thing):
    heard = []
    with transaction.atomic(), gathering():
        tell(PUT, ["1"], heard.append)
        tell(PUT, ["2"])
        assert heard == []
        assert ask("SELECT count(*) FROM thing") == [(2,)] and heard == [[(1,)]]
        tell(PUT, ["3"])
        assert thing() == [1, 2, 3]  # Django's own statements find it too
        tell(PUT, ["4"])
    assert thing() == [1, 2, 3, 4]
    tell(PUT, ["5"], heard.append)
    assert heard == [[(1,)], [(5,)]]


def test_what_is_told_inside_a_savepoint_is_undone_with_it(thing):
    with transaction.atomic(), gathering():
        tell(PUT, ["1"])
        with pytest.raises(RuntimeError), transaction.atomic():
            tell(PUT, ["2"])
            raise RuntimeError
        tell(PUT, ["3"])
    assert thing() == [1, 3]


def test_what_was_refused_is_not_sent_and_an_error_is_said_before_the_end(thing):
    with pytest.raises(RuntimeError), transaction.atomic(), gathering():
        tell(PUT, ["1"])
        raise RuntimeError
    assert thing() == []
    with pytest.raises(IntegrityError), transaction.atomic(), gathering():
        tell(PUT, ["1"])
        tell(PUT, ["1"])
    assert thing() == []


def test_what_is_foreseen_is_asked_at_once_and_serves_once(thing, django_assert_num_queries):
    count, other = ("SELECT count(*) FROM thing", []), ("SELECT $1::int", ["7"])
    with django_assert_num_queries(2), foreseen(count, other, other):
        assert (ask(*other), ask(*count)) == ([(7,)], [(0,)])
    with foreseen(count, other):
        tell(PUT, ["1"])
        assert (ask(*count), ask(*count)) == ([(0,)], [(1,)])  # the second time it is asked
    assert ask(*other) == [(7,)] and ask("SELECT $1::int", ["8"]) == [(8,)]
