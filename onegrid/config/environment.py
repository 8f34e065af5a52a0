"""The only reader of the environment: every `ONEGRID_*` variable, its meaning, and what it should look like."""

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Environment(BaseSettings):
    """One field a variable: field `web_port` is read from `ONEGRID_WEB_PORT`."""

    model_config = SettingsConfigDict(env_prefix="ONEGRID_", extra="ignore")

    debug: bool = Field(False, description="1 or 0: error pages with source code; never on a public server")
    var: Path = Field(ROOT / "var", description="a folder for the private database, files, logs and secrets")
    database_url: str | None = Field(
        None,
        description="postgresql://user:password@host:5432/name (PostGIS); empty: a private cluster in var/",
    )
    test_database: str = Field(
        "test_onegrid", description="the name of the database that tests create and drop"
    )
    web_host: str = Field("127.0.0.1", description="the address to listen on, such as 127.0.0.1 or 0.0.0.0")
    web_port: int = Field(8000, ge=1, le=65535, description="a port number between 1 and 65535")
    web_workers: int = Field(2, ge=1, le=64, description="a number of processes, about one a core")
    live_port: int = Field(8001, ge=1, le=65535, description="a port number between 1 and 65535")
    nats: bool = Field(False, description="1 or 0: start the broker of the edge and federation profile")
    nats_port: int = Field(4222, ge=1, le=65535, description="a port number between 1 and 65535")
    mqtt_port: int = Field(1883, ge=1, le=65535, description="a port number between 1 and 65535")
    nats_url: str | None = Field(None, description="nats://host:4222 of a broker that is there already")
    live_url: str | None = Field(
        None, description="where browsers reach the live process, such as https://x/live"
    )
    allowed_hosts: str = Field("localhost,127.0.0.1", description="host names, comma-separated")
    secret_key: str | None = Field(None, min_length=32, description="at least 32 random characters")
    language: str = Field("zh-hans", pattern="^(zh-hans|en)$", description="zh-hans or en")


class BadEnvironment(Exception):
    """A variable does not fit; the message names it and says what it should look like."""


@cache
def environment() -> Environment:
    """The variables, read once. Raises `BadEnvironment` with one line per variable that does not fit."""
    try:
        return Environment()
    except ValidationError as failure:
        raise BadEnvironment("\n".join(_complaint(error) for error in failure.errors())) from None


def _complaint(error) -> str:
    name = str(error["loc"][0])
    should_be = Environment.model_fields[name].description
    return f"ONEGRID_{name.upper()}={error['input']!r} does not fit: it should be {should_be}."
