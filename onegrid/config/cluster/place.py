"""Where the private cluster lives and how to reach it. Pure: touches nothing."""

import hashlib
from pathlib import Path

PORT = 5433


def socket_folder(var: Path) -> Path:
    """The folder of the unix socket: short enough for the 107 bytes a socket path may have."""
    inside = var / "pg" / "run"
    if len(str(inside)) < 80:
        return inside
    return Path("/tmp") / f"onegrid-{hashlib.sha256(str(var).encode()).hexdigest()[:12]}"


def private_url(var: Path) -> str:
    """The connection string of the private cluster's database."""
    return f"dbname=onegrid user=onegrid host={socket_folder(var)} port={PORT}"
