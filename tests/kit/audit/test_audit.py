"""The trail stands: the database refuses to change it, and whoever gets round that is found out."""

import hmac
import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from onegrid.kit.actors import NOTHING, Reach, Scope, SystemActor
from onegrid.kit.audit import record
from onegrid.kit.audit.anchors import write_anchor
from onegrid.kit.audit.models import AuditEntry, AuditLane
from onegrid.kit.audit.queries import entries, entries_about
from onegrid.kit.audit.sealing import keyed
from onegrid.kit.audit.verification import audit_findings
from onegrid.kit.errors import NotAllowed, NotFound
from onegrid.kit.facts.models import FactRow

AT = datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
BY = SystemActor("test")


def act(number: int = 1, **more) -> None:
    record("cases.close", by=BY, about=FactRow(pk=number), at=AT, **more)


def found() -> list[tuple[str, str]]:
    return [
        (finding.what, finding.where.split(" (")[0]) for finding in audit_findings(lambda done, total: None)
    ]


def by_force(sql: str) -> None:
    """As a superuser who switches the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kit_auditentry DISABLE TRIGGER ALL")
        cursor.execute(sql.format(lane=lane()))
        cursor.execute("ALTER TABLE kit_auditentry ENABLE TRIGGER ALL")


def lane() -> int:
    """All entries of one connection are in one lane."""
    (only,) = set(AuditEntry.objects.values_list("lane", flat=True)) or {0}
    return only


@pytest.fixture(autouse=True)
def _anchors(settings, tmp_path):
    settings.AUDIT_ANCHORS = tmp_path


@pytest.fixture
def five(db):
    for number in range(1, 6):
        act(number, reason=f"第{number}次")


@pytest.mark.django_db
def test_an_entry_says_who_what_when_and_why():
    act(7, reason="处置完成", details={"case": 7})
    entry = AuditEntry.objects.get()
    assert (entry.actor_key, entry.verb, entry.object_kind, entry.object_id) == (
        "system:test",
        "cases.close",
        "kit.factrow",
        "7",
    )
    assert (entry.at, entry.reason, entry.details, entry.seq) == (AT, "处置完成", {"case": 7}, 1)


@pytest.mark.django_db
def test_an_untouched_trail_has_no_findings_whatever_the_details_hold():
    act(
        details={
            "float": 1.0,
            "big": 1e20,
            "small": 1e-7,
            "tenth": 0.1,
            "when": AT,
            "deep": [{"b": None, "a": True}],
        }
    )
    act(details={"文字": 'line\nbreak "quoted" é 😀', "int": 2**70, "negative": -0.0})
    act(2)
    assert found() == []


@pytest.mark.django_db
def test_not_a_number_is_refused():
    with pytest.raises(ValueError), transaction.atomic():
        act(details={"x": float("nan")})
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE kit_auditentry SET reason = ''",
        "DELETE FROM kit_auditentry",
        "SET LOCAL onegrid.guard_truncate = 'on'; TRUNCATE kit_auditentry",
        "SET LOCAL session_replication_role = replica; DELETE FROM kit_auditentry",
    ],
)
def test_the_database_refuses(five, sql):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert AuditEntry.objects.count() == 5


@pytest.mark.parametrize(
    "change",
    ["reason = 'x'", "actor_key = 'user:1'", "at = at + interval '1 microsecond'", "object_id = '9'",
     "details = '{{\"a\": 1}}'", "path = '1.'", "verb = 'x'", "actor_label = 'x'", "object_kind = 'x.y'"],
)  # fmt: skip
def test_a_changed_entry_is_named(five, change):
    by_force(f"UPDATE kit_auditentry SET {change} WHERE seq = 3")
    assert found() == [("changed", f"lane {lane()} seq 3")]


def test_a_removed_entry_is_named(five):
    by_force("DELETE FROM kit_auditentry WHERE seq = 3")
    assert found() == [("removed", f"lane {lane()} seq 3")]


def test_a_removed_run_is_named(five):
    by_force("DELETE FROM kit_auditentry WHERE seq IN (1, 2, 4)")
    assert found() == [("removed", f"lane {lane()} seq 1 to 2"), ("removed", f"lane {lane()} seq 4")]


def test_a_removed_tail_is_named(five):
    by_force("DELETE FROM kit_auditentry WHERE seq > 3")
    assert found() == [("removed", f"lane {lane()} seq 4 to 5")]


def test_removal_with_renumbering_is_named(five):
    by_force("DELETE FROM kit_auditentry WHERE seq = 2")
    by_force("UPDATE kit_auditentry SET seq = seq + 100 WHERE seq > 2")
    by_force("UPDATE kit_auditentry SET seq = seq - 101 WHERE seq > 100")
    by_force("UPDATE kit_auditlane SET seq = 4 WHERE lane = {lane}")
    assert ("removed", f"lane {lane()} seq 2") in found()


def test_reordered_entries_are_named(five):
    by_force("UPDATE kit_auditentry SET seq = 99 WHERE seq = 2")
    by_force("UPDATE kit_auditentry SET seq = 2 WHERE seq = 4")
    by_force("UPDATE kit_auditentry SET seq = 4 WHERE seq = 99")
    what = found()
    assert ("reordered", f"lane {lane()} seq 2") in what and ("reordered", f"lane {lane()} seq 4") in what


def test_a_tail_cut_off_with_a_doctored_head_breaks_the_seal(five):
    by_force("DELETE FROM kit_auditentry WHERE seq > 3")
    by_force(
        "UPDATE kit_auditlane SET seq = 3, hash = (SELECT hash FROM kit_auditentry WHERE seq = 3) WHERE lane = {lane}"
    )
    assert found() == [("head changed", f"lane {lane()} head")]


def test_a_tail_cut_off_with_an_old_head_put_back_is_found_by_the_anchor(five):
    old = AuditLane.objects.values().get(lane=lane())
    act(6)
    write_anchor(at=AT)
    assert found() == []
    by_force("DELETE FROM kit_auditentry WHERE seq = 6")
    AuditLane.objects.filter(lane=lane()).update(**old)
    assert found() == [("removed", f"lane {lane()} seq 6")]


def test_a_changed_anchor_is_named(five, tmp_path):
    path = write_anchor(at=AT)
    path.write_text(path.read_text().replace('"at": "2026', '"at": "2025'))
    assert found() == [("anchor changed", path.name)]


def test_a_removed_head_is_named(five):
    by_force("DELETE FROM kit_auditlane WHERE lane = {lane}")
    assert found() == [("head removed", f"lane {lane()} head")]


def test_a_whole_lane_removed_is_named(five):
    gone = lane()
    by_force("DELETE FROM kit_auditentry")
    assert found() == [("removed", f"lane {gone} seq 1 to 5")]


def test_an_entry_of_another_key_is_named(five, settings):
    settings.AUDIT_KEY = b"x" * 32
    assert {what for what, _ in found()} >= {"changed"}


@pytest.mark.parametrize("key", [b"k", b"k" * 32, b"k" * 64, b"k" * 200])
@pytest.mark.parametrize("content", [b"", b"x", b"x" * 5000])
def test_the_keyed_hash_is_hmac_sha256(settings, key, content):
    settings.AUDIT_KEY = key
    assert keyed(content) == hmac.digest(key, content, "sha256").hex()


def test_roll_back_of_the_act_leaves_no_entry_and_an_unbroken_lane(five):
    with pytest.raises(RuntimeError), transaction.atomic():
        act(6)
        raise RuntimeError
    act(7)
    assert AuditEntry.objects.count() == 6 and found() == []


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_do_not_wait_for_each_other():
    """All are in the middle of their transaction at once: if any waited for another, the barrier would break."""
    writers, each = 12, 5
    barrier = threading.Barrier(writers, timeout=60)
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            for _ in range(each):
                with transaction.atomic():
                    act(number)
                    barrier.wait()
        except Exception as failure:
            failures.append(failure)
            barrier.abort()
        finally:
            connection.close()

    act(0)
    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert AuditEntry.objects.count() == writers * each + 1 and found() == []


class Viewer(SystemActor):
    def __init__(self, *reaches: Reach) -> None:
        super().__init__("viewer")
        object.__setattr__(self, "seen", Scope(reaches))

    def scope(self, what: str) -> Scope:
        return self.seen if what == "audit.see" else NOTHING


@pytest.mark.django_db
def test_the_trail_is_read_only_with_audit_see_and_in_scope():
    row = FactRow(pk=3, path="1.2.")
    record("cases.close", by=BY, about=row, at=AT)
    assert entries_about(row, viewer=Viewer(Reach("1."))).count() == 1
    assert (
        entries(viewer=Viewer(Reach("1.2."))).count() == 1
        and entries(viewer=Viewer(Reach("1.3."))).count() == 0
    )
    with pytest.raises(NotFound):
        entries_about(row, viewer=Viewer(Reach("1.3.")))
    with pytest.raises(NotAllowed):
        entries_about(row, viewer=Viewer())
