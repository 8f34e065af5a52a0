"""One JSON object a line, for programs that collect logs (ONEGRID_LOG_FORMAT=json)."""

import json
import logging
from datetime import UTC, datetime

from onegrid.kit.errors.logs import discreet


class JsonLines(logging.Formatter):
    """`at` in UTC, `level`, `logger`, `pid`, `words`, and `trace` when something was raised. Never more: what a
    library hangs on a record besides (a request, say) may hold what people wrote."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "pid": record.process,
            "words": discreet(record.getMessage()),
        }
        if record.exc_info:
            line["trace"] = discreet(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)
