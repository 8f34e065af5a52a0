"""What each process of ours is started with: by `onegrid up` in the foreground, by systemd on a server."""

import sys
from pathlib import Path

from onegrid.config.door.rules import threads
from onegrid.config.environment import ROOT, Environment

BIN = Path(sys.executable).parent
LOG_AS_JSON = ROOT / "onegrid/config/granian_log.json"


def commands(env: Environment) -> dict[str, list[str]]:
    """Name → command line, in the order of starting."""
    console = str(BIN / "onegrid")
    found = {
        "web": web(env),
        "live": live(env),
        "relay": [console, "facts", "relay"],
        # a job that went well leaves no row: some seven thousand a day would stay for ever
        "worker": [
            console, "django", "procrastinate", "worker", "--concurrency", "4", "--delete-jobs", "successful",
        ],
    }  # fmt: skip
    if env.nats:
        found["nats"] = nats(env)
    if env.backup and not env.database_url:
        found["backup"] = [console, "backup", "stream"]
    return found


def web(env: Environment) -> list[str]:
    """Backpressure counts open connections, resting ones too; how many requests are worked on, config.door says."""
    (env.var / "static").mkdir(parents=True, exist_ok=True)  # else WhiteNoise complains at every start
    return [
        *_granian(env), "--workers-kill-timeout", "8", "--interface", "wsgi", "--port", str(env.web_port),
        "--workers", str(env.web_workers), "--blocking-threads", str(threads(env.web_queue)),
        "--backpressure", "1024", "onegrid.config.wsgi:application",
    ]  # fmt: skip


def live(env: Environment) -> list[str]:
    """Backpressure counts open streams. They never end by themselves; screens come back and hear what they missed."""
    return [
        *_granian(env), "--workers-kill-timeout", "2", "--interface", "asgi", "--port", str(env.live_port),
        "--workers", "1", "--backpressure", "20000", "onegrid.config.live:application",
    ]  # fmt: skip


def nats(env: Environment) -> list[str]:
    """The broker of the edge and federation profile: JetStream on disk, MQTT 3.1.1 beside it."""
    folder = env.var / "nats"
    folder.mkdir(exist_ok=True)
    settings = folder / "nats.conf"
    settings.write_text(
        f"server_name: onegrid\nhost: 127.0.0.1\nport: {env.nats_port}\n"
        f'jetstream {{ store_dir: "{folder}", sync_interval: "1s" }}\n'
        f"mqtt {{ host: 127.0.0.1, port: {env.mqtt_port} }}\n"
    )
    return [str(BIN / "nats-server"), "-c", str(settings)]


def _granian(env: Environment) -> list[str]:
    lines = ["--log-config", str(LOG_AS_JSON)] if env.log_format == "json" else []
    return [str(BIN / "granian"), "--host", env.web_host, "--respawn-failed-workers", *lines]
