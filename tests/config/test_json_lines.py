"""A line of the log as one JSON object: its words, where it came from, and nothing that people wrote."""

import json
import logging
import sys

from onegrid.config.json_lines import JsonLines


def written(**more) -> dict:
    record = logging.LogRecord("onegrid.kit", logging.WARNING, "x.py", 1, "two\nlines %s", ("是",), None)
    vars(record).update(more)
    text = JsonLines().format(record)
    assert "\n" not in text
    return json.loads(text)


def test_a_line_says_what_when_and_where():
    line = written(request="POST /report/?text=张三")
    assert set(line) == {"at", "level", "logger", "pid", "words"}
    assert (line["level"], line["logger"], line["words"]) == ("WARNING", "onegrid.kit", "two\nlines 是")
    assert line["at"].endswith("+00:00")


def test_a_failure_brings_its_trace():
    try:
        raise ValueError("no")
    except ValueError:
        line = written(exc_info=sys.exc_info())
    assert line["trace"].endswith("ValueError: no")
