"""`ONEGRID_FILES_URL`, an S3-compatible store written as one address."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def s3_options(url: str) -> dict[str, Any]:
    """s3://key:secret@bucket/prefix?endpoint=https://…&region=… as options of django-storages.

    Without key and secret the usual AWS variables or the machine's role apply.
    """
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "bucket_name": parts.hostname,
        "location": parts.path.strip("/"),
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "endpoint_url": asked.get("endpoint"),
        "region_name": asked.get("region"),
        "default_acl": None,
        "file_overwrite": True,  # a name is the hash of the content
        "querystring_auth": False,
    }
