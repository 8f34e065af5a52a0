"""Where the health page and /metrics look (kit.health)."""

from onegrid.config.environment import environment

METRICS_TOKEN = environment().metrics_token
METRICS_FOLDER = environment().var / "metrics"  # what each web process has counted
COPIES_NOTE = environment().var / "copies.json"  # when `onegrid backup` took the newest copies
_host = "127.0.0.1" if environment().web_host == "0.0.0.0" else environment().web_host
LIVE_HEALTH = f"http://{_host}:{environment().live_port}/live/health"
