"""How long does it take to hear no?

    python -m tests.security.timing [--count 200]

runs what is written in timed.py: no Django here, for its settings are those of a test run.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path


def main() -> None:
    parser = ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=200)
    root = Path(__file__).parents[2]
    command = [root / ".venv" / "bin" / "onegrid", "test", "tests/security/timed.py", "-s", "-k", "measured"]
    variables = os.environ | {"TIMED_COUNT": str(parser.parse_args().count)}
    sys.exit(subprocess.run([str(part) for part in command], cwd=root, env=variables).returncode)


if __name__ == "__main__":
    main()
