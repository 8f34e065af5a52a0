"""`python -m bench [NAME ...]`: runs benches/<name>.py's `run(report)`; without a name, all but those that kill."""

import importlib
import os
import pkgutil
import sys

import django

import bench
from bench.report import Report

NOT_A_BENCH = {"report", "serving", "live_app", "__main__"}
BY_NAME_ONLY = {"faults"}


def names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in NOT_A_BENCH)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    django.setup()
    for name in sys.argv[1:] or sorted(set(names()) - BY_NAME_ONLY):
        if name not in names():
            sys.exit(f"There is no bench {name!r}. There are: {', '.join(names())}.")
        report = Report(name)
        importlib.import_module(f"bench.{name}").run(report)
        report.finish()


main()
