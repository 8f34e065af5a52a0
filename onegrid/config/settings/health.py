"""Where the health page and /metrics look (kit.health)."""

from pathlib import Path

from onegrid.config.environment import environment

METRICS_TOKEN = environment().metrics_token
METRICS_FOLDER = environment().var / "metrics"  # what each web process has counted
COPIES_FOLDER = environment().backup  # None: nothing is copied by us
TIMERS_FOLDER = environment().var / "timers"  # how what systemd starts by the clock came out
COPIES_NOTE = environment().var / "copies.json"  # when `onegrid backup` took the newest copies
LOG_FOLDER = environment().var / "log"
JOURNALS = Path("/var/log/journal")  # of the services, where systemd runs them
JOURNAL_SETTINGS = Path("/etc/systemd/journald@onegrid.conf")
_host = "127.0.0.1" if environment().web_host == "0.0.0.0" else environment().web_host
LIVE_HEALTH = f"http://{_host}:{environment().live_port}/live/health"
