"""The enforcement team's own system, connected: what is dispatched to the team goes there (demo/enforcement)."""

import json
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from django.urls import reverse

from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.rules import State
from onegrid.demo.loading.steps import BY
from onegrid.exchange.connectors.actions import (
    change_system,
    follow_cases,
    register_system,
    switch_system,
)
from onegrid.exchange.connectors.models import OutsideSystem
from onegrid.exchange.openplatform.actions import issue_client

NAME = "综合执法业务系统（演示）"
BOARD = "综合执法看板（演示）"
PORT = 8090


def write_outside(team: Organisation, at: datetime) -> int:
    """Registered and switched on; what the team has in hand already is on its way. How many tickets."""
    mapping = files("onegrid.exchange.connectors").joinpath("mappings/tickets.yaml").read_text("utf-8")
    made = register_system(
        name=NAME, organisation=team, units=[team], address=f"http://127.0.0.1:{PORT}", mapping=mapping,
        purpose="执法队员按反映内容到场处置", by=BY, at=at,
    )  # fmt: skip
    switch_system(system_id=made.system.pk, on=True, by=BY, at=at)
    issue_client(  # a board that asks by itself; its key is kept nowhere, a new one is a button
        name=BOARD, organisation=team, permissions=["cases.see"], own_cases_only=True, by=BY, at=at
    )
    in_hand = Case.objects.filter(unit=team, state=State.DISPATCHED).values_list("pk", flat=True)
    return len(follow_cases(case_ids=list(in_hand), at=at))


def connect_peer(folder: Path, port: int, at: datetime) -> None:
    """Tells the peer our secret and where it answers, in a file that only this user reads; nothing without a demo."""
    system = OutsideSystem.objects.filter(name=NAME).first()
    if system is None:
        return
    address = f"http://127.0.0.1:{port}"
    if system.address != address and system.address.startswith("http://127.0.0.1:"):
        units = [one.unit for one in system.served.select_related("unit__area")]
        change_system(
            system_id=system.pk, name=NAME, units=units, address=address, mapping=system.mapping,
            purpose=system.purpose, by=BY, at=at,
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "connection.json"
    file.touch(mode=0o600)
    events = reverse("connectors:events", args=[system.pk])
    file.write_text(json.dumps({"secret": system.secret, "events": events}))
