"""What is counted, over which record, on which day, and under which condition: one table for sums and for lists.

The day rows, their corrections and the list behind every number are all made from it, so a count is its list.
Conditions are SQL over one record's own columns. Words, sources and readings: indicators.yaml.
"""

from dataclasses import dataclass

CASE, STAGE = "case", "stage"


@dataclass(frozen=True)
class Counter:
    """`day`: the column whose day it counts on. `over`: only days that are over count (a limit of today may still be
    kept)."""

    grain: str
    day: str
    where: str
    over: bool = False


REAL = "channel <> 'import'"  # what was handled elsewhere says nothing about us
KEPT = "NOT (late AND NOT excused)"  # 申诉成立的只在统计上剔除
LATE = "(late AND NOT excused)"


def _reports(where: str) -> Counter:
    return Counter(CASE, "reported_on", f"{REAL} AND {where}" if where else REAL)


def _closing(where: str, over: bool = False) -> Counter:
    return Counter(CASE, "due_on", f"state <> 'cancelled' AND {where}", over)


def _due(where: str, over: bool = False) -> Counter:
    return Counter(STAGE, "due_on", where, over)


def _done(where: str) -> Counter:
    return Counter(STAGE, "ended_on", where)


VERIFY = "stage = 'verify' AND verb IN ('verify', 'settle'{})"
CHECK = "stage = 'check' AND verb IN ('check', 'rework', 'close'{})"
RUNNING = ", ''"
FILED = "stage = 'file' AND verb = 'file'"
SENT = "stage = 'dispatch' AND verb = 'dispatch'"
HANDLED = "stage = 'handle' AND verb = 'handle'"

COUNTERS: dict[str, Counter] = {
    "reported": _reports(""),
    "valid_reported": _reports("valid"),
    "public_reported": _reports("channel IN ('resident', 'hotline', 'open311')"),
    "self_handled": _reports("self_handled"),
    "cancelled": _reports("state = 'cancelled'"),
    "verify_due": _due(VERIFY.format(RUNNING)),
    "verified": _due(VERIFY.format("")),
    "verified_on_time": _due(f"{VERIFY.format('')} AND {KEPT}"),
    "check_due": _due(CHECK.format(RUNNING)),
    "checked": _due(CHECK.format("")),
    "checked_on_time": _due(f"{CHECK.format('')} AND {KEPT}"),
    "registered": _done(FILED),
    "registered_on_time": _done(f"{FILED} AND {KEPT}"),
    "registered_accurately": _done(f"{FILED} AND NOT undone"),
    "dispatch_due": _due("stage = 'dispatch' AND verb IN ('dispatch', '')"),
    "dispatched": _due(SENT),
    "dispatched_on_time": _due(f"{SENT} AND {KEPT}"),
    "dispatched_accurately": _due(f"{SENT} AND NOT undone"),
    "dispose_due": _due("stage = 'handle' AND verb IN ('handle', '')"),
    "disposed": _due(HANDLED),
    "disposed_on_time": _due(f"{HANDLED} AND {KEPT}"),
    "disposed_overdue": _due(f"{HANDLED} AND {LATE}"),
    "dispose_pending": _due("stage = 'handle' AND verb = ''"),
    "dispose_pending_overdue": _due("stage = 'handle' AND verb = ''", over=True),
    "close_due": _closing("true"),
    "closed": _closing("state = 'closed'"),
    "closed_on_time": _closing("state = 'closed' AND NOT late"),
    "closed_overdue": _closing("state = 'closed' AND late"),
    "close_pending": _closing("state <> 'closed'"),
    "close_pending_overdue": _closing("state <> 'closed'", over=True),
    "reworked": _done("verb = 'rework'"),
    "sent_back": _done("stage = 'handle' AND verb = 'return'"),
    "response_due": _due("first"),
    "responded_on_time": _due(f"first AND verb <> '' AND {KEPT}"),
    "followed_up": Counter(CASE, "rated_on", REAL),
    "satisfied": Counter(CASE, "rated_on", f"{REAL} AND satisfied"),
    "solved": Counter(CASE, "rated_on", f"{REAL} AND solved"),
}

# those over days that have passed are the same sums, cut at today
SUMMED = {name: one for name, one in COUNTERS.items() if not one.over}
SAME_SUM = {
    "dispose_pending_overdue": "dispose_pending",
    "close_pending_overdue": "close_pending",
}
