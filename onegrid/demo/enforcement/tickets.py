"""The tickets and what was said of them, in one SQLite file."""

import json
import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TABLES = """
CREATE TABLE IF NOT EXISTS ticket (
    id TEXT PRIMARY KEY, our_ref TEXT UNIQUE NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, status TEXT NOT NULL,
    officer TEXT NOT NULL DEFAULT '', taken_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS event (
    id TEXT PRIMARY KEY, ticket TEXT NOT NULL REFERENCES ticket (id), seq INTEGER NOT NULL, body TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0, UNIQUE (ticket, seq)
);
"""
# What may follow what; an officer cannot finish a ticket that nobody took.
NEXT = {
    "NEW": ("ASSIGNED", "REJECTED"),
    "ASSIGNED": ("ON_SITE", "REJECTED"),
    "ON_SITE": ("FINISHED", "REJECTED"),
}


class Wrong(Exception):
    """What was asked does not fit; the words say why."""


class Tickets:
    """Every call is one transaction; many threads may call."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._base.row_factory = sqlite3.Row
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.executescript(TABLES)

    def take(self, content: dict[str, Any], key: str) -> str:
        """The ticket's number; the same one for the same reference, however often it comes."""
        ref = content.get("our_ref")
        if (
            not isinstance(ref, str)
            or not ref
            or (not content.get("description") and not content.get("place"))
        ):
            raise Wrong("our_ref and description or place are needed")
        with self._lock, self._base:
            known = self._base.execute("SELECT id FROM ticket WHERE our_ref = ?", [ref]).fetchone()
            if known:
                return str(known["id"])
            (count,) = self._base.execute("SELECT count(*) FROM ticket").fetchone()
            number = f"ZF-{count + 1:05}"
            self._base.execute(
                "INSERT INTO ticket (id, our_ref, key, content, status, taken_at) VALUES (?, ?, ?, ?, 'NEW', ?)",
                [number, ref, key, json.dumps(content, ensure_ascii=False), _now()],
            )
        return number

    def act(self, number: str, status: str, *, officer: str, remark: str, pictures: list[str]) -> str:
        """An officer's step: the ticket moves on, and an event waits to be told. Its id."""
        with self._lock, self._base:
            ticket = self._base.execute("SELECT * FROM ticket WHERE id = ?", [number]).fetchone()
            if ticket is None or status not in NEXT.get(ticket["status"], ()):
                raise Wrong("the ticket is not there, or not in that state")
            (seq,) = self._base.execute(
                "SELECT count(*) + 1 FROM event WHERE ticket = ?", [number]
            ).fetchone()
            event = {
                "event_id": f"{number}-{seq}", "our_ref": ticket["our_ref"], "ticket_id": number, "seq": seq,
                "status": status, "remark": remark, "officer_no": officer, "pictures": pictures,
                "happened_at": _now(),
            }  # fmt: skip
            self._base.execute(
                "UPDATE ticket SET status = ?, officer = ? WHERE id = ?", [status, officer, number]
            )
            self._base.execute(
                "INSERT INTO event (id, ticket, seq, body) VALUES (?, ?, ?, ?)",
                [event["event_id"], number, seq, json.dumps(event, ensure_ascii=False)],
            )
        return str(event["event_id"])

    def withdraw(self, number: str) -> None:
        with self._lock, self._base:
            self._base.execute("UPDATE ticket SET status = 'WITHDRAWN' WHERE id = ?", [number])

    def one(self, number: str) -> dict[str, Any] | None:
        with self._lock:
            row = self._base.execute("SELECT * FROM ticket WHERE id = ?", [number]).fetchone()
            rows = self._base.execute("SELECT body FROM event WHERE ticket = ? ORDER BY seq", [number])
            events = [json.loads(event["body"]) for event in rows]
        return None if row is None else {**dict(row), "content": json.loads(row["content"]), "events": events}

    def newest(self, most: int = 100) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._base.execute("SELECT * FROM ticket ORDER BY id DESC LIMIT ?", [most]).fetchall()
        return [{**dict(row), "content": json.loads(row["content"])} for row in rows]

    def untold(self) -> list[dict[str, Any]]:
        """Events that nobody has answered yet, oldest first."""
        with self._lock:
            rows = self._base.execute(
                "SELECT id, body, tries FROM event WHERE answer = '' ORDER BY rowid LIMIT 50"
            ).fetchall()
        return [dict(row) for row in rows]

    def told(self, event: str, answer: str) -> None:
        """`answer` "" counts a try that nobody answered."""
        with self._lock, self._base:
            self._base.execute("UPDATE event SET answer = ?, tries = tries + 1 WHERE id = ?", [answer, event])

    def counts(self) -> dict[str, int]:
        with self._lock:
            tickets = self._base.execute(
                "SELECT status, count(*) AS n FROM ticket GROUP BY status"
            ).fetchall()
        return {row["status"]: row["n"] for row in tickets}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
