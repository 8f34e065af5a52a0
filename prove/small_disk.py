"""A small disk of its own with a copy of the cluster on it: a tmpfs, which only an administrator can mount."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onegrid.config.cluster.place import place
from onegrid.config.cluster.server import (
    ClusterTrouble,
    ensure_running,
    hand_to_server,
    server_settings,
    server_settings_mark,
    stop,
)
from onegrid.config.environment import environment
from prove.proof import Skipped

MEGABYTE = 2**20
ROOM_MB = 320  # beside the copy, for what residents write


@contextmanager
def small_disk() -> Iterator[Path]:
    """ONEGRID_VAR lies on it meanwhile; the cluster that was copied runs again afterwards."""
    home = environment().var
    mount = home / "disk"
    if os.geteuid():
        raise Skipped("only an administrator can mount a small disk; run it as root in a container")
    mount.mkdir(exist_ok=True)
    stop(home)
    try:
        megabytes = _size(place(home).pgdata) // MEGABYTE + ROOM_MB
        _mount(mount, megabytes)
        try:
            _copied(home, mount)
            os.environ["ONEGRID_VAR"] = str(mount)
            environment.cache_clear()
            ensure_running(mount)
            yield mount
        finally:
            with contextlib.suppress(ClusterTrouble):
                stop(mount)
            os.environ["ONEGRID_VAR"] = str(home)
            environment.cache_clear()
            _unmount(mount)
    finally:
        ensure_running(home)


def _mount(mount: Path, megabytes: int) -> None:
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "onegrid-prove", str(mount)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise Skipped(f"this machine does not let us mount a small disk: {done.stderr.strip()}")


def _unmount(mount: Path) -> None:
    for _try in range(20):
        if subprocess.run(["umount", str(mount)], capture_output=True).returncode == 0:
            return
        time.sleep(0.5)
    subprocess.run(["umount", "-l", str(mount)], capture_output=True)


def _copied(home: Path, mount: Path) -> None:
    """The stopped cluster with its socket elsewhere, and the keys."""
    there = place(mount)
    shutil.copytree(place(home).pgdata, there.pgdata)
    config = there.pgdata / "postgresql.conf"
    theirs = config.read_text().split(server_settings_mark(), 1)[0]
    config.write_text(theirs + server_settings(there))
    there.pgdata.chmod(0o700)
    hand_to_server(there.pg)
    shutil.copy2(home / "secrets.json", mount / "secrets.json")


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
