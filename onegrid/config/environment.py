"""The only reader of the environment: every `ONEGRID_*` variable, its meaning, and what it should look like."""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


PREFIX = "ONEGRID_"
HexKey = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
SECRET = {
    "secret_key",
    "metrics_token",
    "database_url",
    "oidc_client_secret",
    "keyring",
    "index_key",
    "files_url",
    "sms_url",  # addresses of gateways and robots hold their key
    "sms_key",
    "wecom_url",
    "dingtalk_url",
    "dingtalk_secret",
    "tianditu_key",
}  # never repeated in a complaint


class Environment(BaseSettings):
    """One field a variable: field `web_port` is read from `ONEGRID_WEB_PORT`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    debug: bool = Field(False, description="1 or 0: error pages with source code; never on a public server")
    var: Path = Field(ROOT / "var", description="a folder for the private database, files, logs and secrets")
    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host:5432/name (PostGIS); empty: a private cluster in var/",
    )
    backup: Path | None = Field(
        None, description="a folder on another disk; `onegrid up` then streams the database's log to it"
    )
    test_database: str = Field(
        "test_onegrid", description="the name of the database that tests create and drop"
    )
    test_template: str = Field(
        "", description="the name of a migrated database that tests copy; empty: they migrate their own"
    )
    web_host: str = Field("127.0.0.1", description="the address to listen on, such as 127.0.0.1 or 0.0.0.0")
    web_port: int = Field(8000, ge=1, le=65535, description="a port number between 1 and 65535")
    web_workers: int = Field(2, ge=1, le=64, description="a number of processes, about one a core")
    web_queue: int = Field(
        64,
        ge=0,
        le=500,
        description="how many requests may wait in each web process before others are told to come back (429)",
    )
    web_wait: float = Field(
        4, ge=0.1, le=60, description="seconds that a request may wait in a web process before it is told so"
    )
    live_port: int = Field(8001, ge=1, le=65535, description="a port number between 1 and 65535")
    peer_port: int = Field(8090, ge=1, le=65535, description="a port number between 1 and 65535")
    nats: bool = Field(False, description="1 or 0: start the broker of the edge and federation profile")
    nats_port: int = Field(4222, ge=1, le=65535, description="a port number between 1 and 65535")
    mqtt_port: int = Field(1883, ge=1, le=65535, description="a port number between 1 and 65535")
    nats_url: str | None = Field(None, description="nats://host:4222 of a broker that is there already")
    live_url: str | None = Field(
        None, description="where browsers reach the live process, such as https://x/live"
    )
    allowed_hosts: str = Field("localhost,127.0.0.1", description="host names, comma-separated")
    site_url: str | None = Field(
        None,
        pattern=r"^https?://[^/?#\s]+/?$",
        description="https://onegrid.example.cn, where browsers reach the site; needed behind a proxy with TLS",
    )
    hsts_seconds: int = Field(
        31_536_000,
        ge=0,
        le=63_072_000,
        description="how long browsers insist on https once they saw the site by it; 0: not at all",
    )
    secret_key: str | None = Field(None, min_length=32, description="at least 32 random characters")
    log_format: str = Field(
        "line", pattern="^(line|json)$", description="line or json: what a line of the logs looks like"
    )
    metrics_token: str | None = Field(
        None,
        min_length=16,
        description="at least 16 random characters that open /metrics; empty: only this machine reads it",
    )
    trusted_proxies: int = Field(
        0, ge=0, le=9, description="how many reverse proxies of yours stand before the web process"
    )
    oidc_issuer: str | None = Field(
        None,
        pattern="^https?://",
        description="https://login.example.cn, the issuer of OpenID Connect sign-in",
    )
    oidc_client_id: str = Field("", description="the client id that the issuer gave")
    oidc_client_secret: str = Field("", description="the client secret that the issuer gave")
    oidc_name: str = Field("OpenID", description="the name on the sign-in button")
    oidc_claim: str = Field(
        "preferred_username", description="the claim that equals our sign-in name, such as preferred_username"
    )
    tianditu_key: str | None = Field(
        None, pattern="^[0-9a-zA-Z]+$", description="a browser key of 天地图; empty: no raster below the map"
    )
    field_cipher: str = Field(
        "aes", pattern="^(aes|sm4)$", description="aes or sm4: what seals encrypted fields"
    )
    keyring: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")], HexKey] | None = Field(
        None,
        min_length=1,
        description='{"k1": "64 hex digits"}, the last one seals; empty: the ring in var/secrets.json',
    )
    index_key: HexKey | None = Field(None, description="64 hex digits; never changed once there is data")
    files_url: str | None = Field(
        None,
        pattern="^s3://[^/?]+",
        description="s3://key:secret@bucket/prefix?endpoint=https://host; empty: the folder var/files",
    )
    sms_url: str | None = Field(
        None, pattern="^https?://", description="https://…, a gateway for text messages"
    )
    sms_key: str = Field("", description="the key of the text message gateway")
    wecom_url: str | None = Field(
        None, pattern="^https?://", description="https://…, the address of a WeCom robot"
    )
    dingtalk_url: str | None = Field(
        None, pattern="^https?://", description="https://…, the address of a DingTalk robot"
    )
    dingtalk_secret: str = Field("", description="the signing secret of the DingTalk robot")
    mail_host: str = Field("", description="the name of a mail server, such as mail.example.cn")
    mail_from: str = Field("onegrid@localhost", description="the sender's address of e-mail notices")
    demo_channel: bool = Field(
        False, description="1 or 0: offer the local outbox, which sends nothing anywhere; 1 in the demo"
    )
    open311_jurisdiction: str = Field(
        "",
        max_length=80,
        description="jurisdiction_id of Open311, such as example.cn; empty: none is asked for",
    )
    open311_contact: str = Field(
        "", max_length=200, description="whom developers ask about Open311, in words; empty: the operator"
    )
    connector_networks: str = Field(
        "",
        description="networks such as 10.20.0.0/16,127.0.0.1/32 that connected systems may be in; empty: public only",
    )
    language: str = Field("zh-hans", pattern="^(zh-hans|en)$", description="zh-hans or en")

    @field_validator("connector_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in value.split(","):
            if one.strip():
                ip_network(one.strip())  # raises ValueError for what is none
        return value

    @field_validator("database_url")
    @classmethod
    def _a_postgres_url(cls, value: str | None) -> str | None:
        """An empty variable means none; what psycopg cannot read is refused here rather than at the first query."""
        if not value:
            return None
        try:
            conninfo_to_dict(value)
        except ProgrammingError as failure:
            raise ValueError(str(failure)) from None
        return value


class BadEnvironment(Exception):
    """A variable does not fit; the message names it and says what it should look like."""


@cache
def environment() -> Environment:
    """The variables, read once. Raises `BadEnvironment` with one line per variable that does not fit."""
    strangers = [_stranger(name) for name in sorted(os.environ) if _is_unknown(name)]
    try:
        fitting = Environment()
    except ValidationError as failure:
        strangers += [_complaint(error) for error in failure.errors()]
    if strangers:
        raise BadEnvironment("\n".join(strangers))
    return fitting


def environment_of(given: Mapping[str, str]) -> Environment:
    """What these variables say, such as those of a file, whatever this process was started with."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    try:
        _replace_variables(given)
        return environment()
    finally:
        _replace_variables(kept)


def _replace_variables(wanted: Mapping[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    os.environ.update({name: value for name, value in wanted.items() if name.startswith(PREFIX)})
    environment.cache_clear()


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() not in Environment.model_fields


def _stranger(name: str) -> str:
    """A misspelt variable would be silently ignored; it is better to stop."""
    near = get_close_matches(name.removeprefix(PREFIX).lower(), Environment.model_fields, n=1)
    hint = f" Did you mean {PREFIX}{near[0].upper()}?" if near else " docs/operate.md lists those there are."
    return f"There is no variable {name}.{hint}"


def _complaint(error: ErrorDetails) -> str:
    field = str(error["loc"][0])
    shown = "" if field in SECRET else f"={error['input']!r}"
    should_be = Environment.model_fields[field].description
    return f"{PREFIX}{field.upper()}{shown} does not fit: it should be {should_be}."
