"""Prints the Python to work with: `python3`, or the system's own where `python3` was built without optimisation.

pyenv builds without it unless told otherwise; the same work then takes a quarter more processor (decision 0052). The
system's is taken only when it is new enough and can make an environment: nobody is asked to install anything for it.
`make … PYTHON=python3.12` names another, and an environment that is there keeps the Python it was made with.
"""

import os
import subprocess
import sys
import sysconfig

USUAL = "python3"
SYSTEM = "/usr/bin/python3"  # distributions build theirs with optimisation
WILL_DO = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"


def main() -> None:
    built = sysconfig.get_config_var("CONFIG_ARGS") or ""
    quick = "--enable-optimizations" in built or os.path.realpath(sys.executable) == os.path.realpath(SYSTEM)
    print(chosen(quick=quick))


def chosen(*, quick: bool, system: str = SYSTEM) -> str:
    """`quick`: whether `python3` was built with optimisation."""
    return USUAL if quick or not will_do(system) else system


def will_do(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", WILL_DO], capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main()
