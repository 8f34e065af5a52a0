"""python -m onegrid.demo.enforcement"""

import argparse
import signal
import sys
from pathlib import Path

from onegrid.demo.enforcement.server import Enforcement, serve


def main() -> None:
    reader = argparse.ArgumentParser(description="the enforcement team's business system of the demo")
    reader.add_argument("--port", type=int, default=8090)
    reader.add_argument("--folder", type=Path, required=True, help="connection.json and its own data")
    reader.add_argument("--home", default="", help="where OneGrid answers, such as http://127.0.0.1:8000")
    reader.add_argument("--wait", type=float, default=2.0, help="seconds between two rounds of telling")
    reader.add_argument(
        "--auto", type=float, default=0, help="seconds after which an officer goes on by himself"
    )
    given = reader.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    server = serve(Enforcement(given.folder, given.home, given.wait), given.port, given.auto)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
