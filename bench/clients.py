"""Clients that work at the same time, each a process of its own with one kept connection.

In threads of one process they would wait for one another's turn at the interpreter, and what they cost would be
counted as the server's slowness.
"""

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from django.db import connection

from bench.wire import Wire

CLIENTS = 8
PATIENCE = 120.0  # seconds for all to get ready
FORK = multiprocessing.get_context("fork")
Road = Callable[[Wire], object]


@dataclass
class Load:
    """`each`: seconds of each piece of work; `requests`: of each request; `cpu`: seconds that the clients used."""

    rate: float = 0.0
    each: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    cpu: float = 0.0


def together(road: Road, port: int, seconds: float, clients: int = CLIENTS) -> Load:
    """Repeats `road` for so long in each client, all from the same moment."""
    connection.close()  # it does not survive a fork
    gate = FORK.Barrier(clients + 1)
    ends = [FORK.Pipe(duplex=False) for _client in range(clients)]
    processes = [FORK.Process(target=_client, args=(road, port, seconds, gate, say)) for _hear, say in ends]
    for process in processes:
        process.start()
    for _hear, say in ends:
        say.close()  # the client has it: its death is heard
    try:
        gate.wait(PATIENCE)
    except Exception:
        gate.abort()
    begun = time.perf_counter()
    told = [_heard(hear) for hear, _say in ends]
    took = time.perf_counter() - begun
    for process in processes:
        process.join()
    if failures := [one for one in told if isinstance(one, str)]:
        raise RuntimeError(failures[0])
    whole = Load()
    for one in told:
        assert isinstance(one, Load)
        whole.each += one.each
        whole.requests += one.requests
        whole.cpu += one.cpu
    whole.rate = len(whole.each) / took
    return whole


def _heard(hear: Connection) -> Load | str:
    try:
        return hear.recv()
    except EOFError:
        return "a client has died"


def _client(road: Road, port: int, seconds: float, gate: Barrier, say: Connection) -> None:
    try:
        say.send(_worked(road, port, seconds, gate))
    except BaseException as failure:
        gate.abort()
        say.send(repr(failure))


def _worked(road: Road, port: int, seconds: float, gate: Barrier) -> Load:
    client, load = Wire(port), Load()
    gate.wait(PATIENCE)
    used, until = time.process_time(), time.perf_counter() + seconds
    while (begun := time.perf_counter()) < until:
        road(client)
        load.each.append(time.perf_counter() - begun)
    load.cpu, load.requests = time.process_time() - used, client.took
    client.close()
    return load
