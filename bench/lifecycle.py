"""Lifecycles a second: create → dispatch → close → search over HTTP, by eight clients with a connection each.

The shortest lawful way of a matter that needs a unit is the whole way: a hotline report is entered, the grid worker
verifies, the shift leader files under a class and its condition, the dispatcher sends it by the dispatch list, the
unit feeds back, the worker checks, the shift leader closes, and the shift leader finds it by its number: eight
requests, each with its session, by the person whose step it is. Once by JSON (`/api/v1`), once on the pages people
use. Beside it the shortest road with a dispatch that the catalogue which ships allows: what the grid worker saw
himself needs no verification, so seven requests (every class that ships is checked on site). Web, relay, jobs, live
process, database and clients share the machine.

`onegrid bench lifecycle --cases 10000,100000,1000000` takes one size after the other, filled up as by
`demo load --cases`; `--seconds 20` for each road.

Floor, in the same run with the servers stopped: the rows of such a lifecycle by pgbench, by as many clients, with
prepared statements: for each step one transaction that locks the case, updates it, and inserts step, clock, notice
and two facts; at the end the search. Its rows are copies whose timelines do not verify; they are taken out again.
"""

import contextlib
import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from bench.clients import CLIENTS, Load, together
from bench.intake import copy_of
from bench.report import Report
from bench.serving import Client, served, signed_in
from bench.street import furnished
from bench.wire import Wire
from onegrid.accounts.identity.models import Posting, User
from onegrid.cases.catalog.models import Standard
from onegrid.cases.catalog.queries import class_by_id, route
from onegrid.cases.flow.models import Case
from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import binaries
from onegrid.config.environment import environment
from onegrid.places.areas.models import Area

WARM = 2.0  # seconds
WRITTEN = ("cases_case", "cases_step", "cases_stageclock", "accounts_notice", "kit_factrow")
STEPS = ("verify", "file", "dispatch", "handle", "check", "close")


def run(report: Report) -> None:
    sizes = [int(size) for size in os.environ.get("BENCH_CASES", "10000").split(",")]
    first: float | None = None
    for size in sizes:
        count, cast = furnished(size), Cast()
        loads: dict[str, Load] = {}
        with served() as (port, supervisor):
            trees = {one.name: one.running.pid for one in supervisor.processes if one.running}
            trees["database"] = _postmaster()
            for name, road, _asks in cast.roads():
                road(Wire(port))  # one alone, which finds unit and officer
                together(road, port, WARM)  # every web process, before anything is counted
                before = _spent(trees)
                loads[name] = together(road, port, _seconds())
                done = max(len(loads[name].each), 1)
                spent = {tree: seconds - before[tree] for tree, seconds in _spent(trees).items()}
                for what, seconds in {**spent, "clients": loads[name].cpu}.items():
                    report.add(f"CPU of {what} a lifecycle by {name}", count, seconds / done * 1000, "ms")
        floor = bare()
        for name, _road, asks in cast.roads():
            report.add(
                f"lifecycle by {name}, {asks} requests",
                count,
                loads[name].rate,
                "lifecycles/s",
                floor=floor,
                seconds=loads[name].each,
            )
        single = loads["JSON"]
        report.add("one JSON request", count, single.rate * 8, "requests/s", seconds=single.requests)
        first = first or single.rate
        if first:
            print(f"JSON at {count:,} cases: {single.rate / first:.2f} of the rate at the first size")


def _spent(trees: dict[str, int]) -> dict[str, float]:
    """Seconds of CPU so far of each process with its children, and of everything that runs on the machine."""
    return {tree: cpu_of(pid) for tree, pid in trees.items()} | {"the whole machine": _machine()}


def _machine() -> float:
    """Others' work is in it too: on a quiet machine, what it has more than the rest is the kernel's."""
    user, nice, system, _idle, _waiting, *interrupts = map(
        int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    )
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


class Cast:
    """The people of the demo street, and a matter that goes all the way through their hands."""

    def __init__(self) -> None:
        people = {
            user.username: user
            for user in User.objects.filter(username__in=["worker", "shift", "dispatcher"])
        }
        self.session = {name: signed_in(user) for name, user in people.items()}
        own = Posting.objects.filter(user=people["worker"], kind="grid_worker").select_related("area").first()
        grid = own.area if own and own.area else Area.objects.filter(kind="grid").exclude(centre=None)[0]
        assert grid.centre is not None
        self.lon, self.lat = grid.centre.x, grid.centre.y
        self.standard = Standard.objects.filter(case_class__kind="event", case_class__code="06001")[0]
        self.unit: int | None = None
        self.officers: dict[str, str] = {}

    def roads(self) -> tuple[tuple[str, Callable[[Client], None], int], ...]:
        """Name, one lifecycle, and how many requests that is."""
        return (
            ("JSON", self.by_json, 8),
            ("JSON, nothing back", self.brief_by_json, 8),
            ("JSON, seen by the worker", self.own_by_json, 7),
            ("form pages", self.by_pages, 8),
        )

    def by_json(self, client: Client) -> None:
        self._by_json(client, "hotline", (("worker", "verify", {"found": True}),))

    def brief_by_json(self, client: Client) -> None:
        self._by_json(client, "hotline", (("worker", "verify", {"found": True}),), brief=True)

    def own_by_json(self, client: Client) -> None:
        self._by_json(client, "grid_worker", ())

    def _by_json(
        self, client: Client, channel: str, first: tuple[tuple[str, str, dict], ...], brief: bool = False
    ) -> None:
        """`brief`: steps are answered by 204 (`Prefer: return=minimal`)."""
        report = {
            "text": f"垃圾没有清运 {secrets.token_hex(4)}",
            "lon": self.lon,
            "lat": self.lat,
            "channel": channel,
        }
        number = self.asked(client, "worker", "/api/v1/cases", report, key=secrets.token_hex(16))["number"]
        matter = {"class_id": self.standard.case_class_id, "standard_id": self.standard.pk}
        self.unit_of(number)
        steps: tuple[tuple[str, str, dict], ...] = (
            *first, ("shift", "file", matter), ("dispatcher", "dispatch", {}),
            (self.officer(), "handle", {"words": "已清运"}), ("worker", "check", {}), ("shift", "close", {}),
        )  # fmt: skip
        for version, (who, verb, given) in enumerate(steps, start=1):
            self.asked(client, who, f"/api/v1/cases/{number}/{verb}", given, version=version, brief=brief)
        found = [
            (one["number"], one["state"])
            for one in self.asked(client, "shift", f"/api/v1/cases?q={number}")["items"]
        ]
        assert found == [(number, "closed")], "the case is not found by its number, closed"

    def asked(
        self,
        client: Client,
        who: str,
        path: str,
        given: dict | None = None,
        *,
        version: int = 0,
        key: str = "",
        brief: bool = False,
    ) -> dict:
        """What JSON answers. A step names the version it has seen, as an ETag does."""
        headers = {"If-Match": f'"{version}-{"0" * 16}"'} if version else {}
        headers |= {"Idempotency-Key": key} if key else {}
        headers |= {"Prefer": "return=minimal"} if brief else {}
        status, answer = client.json(path, given, session=self.session[who], headers=headers)
        assert status == 204 if brief else status in (200, 201), (who, path, status, answer)
        return answer

    def by_pages(self, client: Client) -> None:
        number = client.report(
            self.lon, self.lat, f"垃圾没有清运 {secrets.token_hex(4)}", secrets.token_hex(16)
        )
        self.step(client, number, 1, "verify", "worker", "work", found="yes")
        matter = self.standard.case_class_id
        self.step(client, number, 2, "file", "shift", class_id=matter, standard_id=self.standard.pk)
        self.step(client, number, 3, "dispatch", "dispatcher", unit_id=self.unit_of(number))
        self.step(client, number, 4, "handle", self.officer(), words="已清运")
        self.step(client, number, 5, "check", "worker", "work")
        self.step(client, number, 6, "close", "shift")
        status, _where, body = client.ask("GET", f"/cases/?q={number}", session=self.session["shift"])
        assert status == 200 and number.encode() in body, "the case is not found by its number"

    def step(
        self,
        client: Client,
        number: str,
        version: int,
        verb: str,
        who: str,
        where: str = "cases",
        **given: object,
    ) -> None:
        path = f"/{where}/{number}/{verb}/"
        form = {"version": version} | given
        status, at, body = client.ask("POST", path, form, self.session[who])
        assert status == 302 and number not in at, (verb, who, status, at, body[-3000:].decode()[:600])

    def unit_of(self, number: str) -> int:
        if self.unit is None:
            case = Case.objects.get(number=number)
            found = route(class_by_id(self.standard.case_class_id), case.area_path, timezone.now())
            self.unit = found.organisation.pk
        return self.unit

    def officer(self) -> str:
        if "officer" not in self.session:
            may = User.objects.filter(
                grants__organisation=self.unit, grants__role__permissions__contains=["cases.handle"]
            )
            post = Posting.objects.filter(organisation=self.unit, kind="officer").select_related("user")
            self.session["officer"] = signed_in(may.first() or post[0].user)
        return "officer"


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process, what it started, and what ended among that have used: it does not depend on
    what else the machine does."""
    folder = Path(f"/proc/{pid}")
    with contextlib.suppress(OSError):
        spent = sum(map(int, (folder / "stat").read_text().rsplit(")", 1)[1].split()[11:15]))
        children = [
            int(child) for path in folder.glob("task/*/children") for child in path.read_text().split()
        ]
        return spent / os.sysconf("SC_CLK_TCK") + sum(map(cpu_of, children))
    return 0.0


def _postmaster() -> int:
    """0 for a database that is not ours: nothing is known of its processes."""
    lock = place(environment().var).pgdata / "postmaster.pid"
    return int(lock.read_text().split("\n", 1)[0]) if lock.exists() else 0


def _seconds() -> float:
    return float(os.environ.get("BENCH_SECONDS", "20"))


def bare() -> float:
    """Lifecycles a second by pgbench: the rows and nothing else, no rule, no look-up, no Django."""
    model = Case.objects.filter(state="closed").order_by("-pk").values_list("pk", flat=True)[0]
    before = {table: _last(table) for table in WRITTEN}
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "lifecycle.sql"
        script.write_text(_script(model))
        given = connection.settings_dict
        where = {
            "HOST": given["HOST"],
            "PORT": given["PORT"],
            "USER": given["USER"],
            "PASSWORD": given["PASSWORD"],
        }
        command = [
            str(binaries() / "pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2",
            "-T", str(int(_seconds())), "-f", str(script), given["NAME"],
        ]  # fmt: skip
        env = os.environ | {f"PG{name}": str(value) for name, value in where.items() if value}
        done = subprocess.run(command, env=env, capture_output=True, text=True)
    _take_out(before, model)
    if done.returncode:
        raise SystemExit(f"pgbench: {done.stderr[-2000:]}")
    rate = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(rate.split()[2])


def _last(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")
        return int(cursor.fetchone()[0])


def _script(model: int) -> str:
    def copy(table: str) -> str:
        return copy_of(table).replace("%s::int", "1").replace("%s", str(model)).replace("'B'", "'B'::text")

    told = [copy(table) + ";" for table in ("accounts_notice", "kit_factrow", "kit_factrow")]
    rows = [copy("cases_step") + ";", copy("cases_stageclock") + ";", *told]
    lines = ["BEGIN;", copy("cases_case") + " RETURNING id AS new, number AS number \\gset", *rows, "COMMIT;"]
    for _step in STEPS:
        lines += [
            "BEGIN;",
            "SELECT * FROM cases_case WHERE id = :new FOR UPDATE;",
            "UPDATE cases_case SET version = version + 1, stepped_at = now(), due_at = now() WHERE id = :new;",
            *rows,
            "COMMIT;",
        ]
    lines.append(
        "SELECT * FROM cases_case WHERE number = :number ORDER BY id DESC LIMIT 21;"  # as the list looks it up
    )
    return "\n".join(lines) + "\n"


def _take_out(before: dict[str, int], model: int) -> None:
    """What pgbench wrote: its steps and clocks hang on the model case. Nobody may remove a case or step, hence by
    force, in a transaction that puts the guards back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE cases_step DISABLE TRIGGER cases_step_stands")
        cursor.execute("ALTER TABLE cases_case DISABLE TRIGGER cases_case_stays")
        for table in ("cases_step", "cases_stageclock"):
            cursor.execute(f"DELETE FROM {table} WHERE case_id = %s AND id > %s", [model, before[table]])
        for table in ("kit_factrow", "accounts_notice", "cases_case"):
            cursor.execute(f"DELETE FROM {table} WHERE id > %s", [before[table]])
        cursor.execute("ALTER TABLE cases_step ENABLE ALWAYS TRIGGER cases_step_stands")
        cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER cases_case_stays")
