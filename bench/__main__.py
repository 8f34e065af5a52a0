"""`python -m bench [NAME ...] [--setting value]`: `run(report)` of each; without a name the one report of all
(`growth`)."""

import importlib
import os
import pkgutil
import sys

import django

import bench
from bench.report import Report

NOT_A_BENCH = {"clients", "report", "serving", "street", "live_app", "pages_told", "wire", "__main__"}
WITHOUT_A_NAME = ["growth"]


def names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in NOT_A_BENCH)


def _settings(words: list[str]) -> list[str]:
    """`--cases 10000,100000` is BENCH_CASES for whoever reads it; the names are left."""
    left = []
    given = iter(words)
    for word in given:
        if word.startswith("--"):
            name, _is, value = word[2:].partition("=")
            os.environ[f"BENCH_{name.upper()}"] = value or next(given, "")
        else:
            left.append(word)
    return left


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    django.setup()
    for name in _settings(sys.argv[1:]) or WITHOUT_A_NAME:
        if name not in names():
            sys.exit(f"There is no bench {name!r}. There are: {', '.join(names())}.")
        report = Report(name)
        importlib.import_module(f"bench.{name}").run(report)
        report.finish()


main()
