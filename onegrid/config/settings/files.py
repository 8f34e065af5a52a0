"""Where uploaded files live, and how large each kind may be (kit.files)."""

from typing import Any

from onegrid.config.environment import environment
from onegrid.config.files_url import s3_options

MEDIA_ROOT = environment().var / "files"
MEDIA_URL = ""  # never served by folder: the page that owns a file checks rights and answers with file_answer

_files: dict[str, Any] = {
    "BACKEND": "onegrid.kit.files.folder.DurableFolder",
    "OPTIONS": {"allow_overwrite": True},  # a name is the hash of the content
}
if environment().files_url:
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": s3_options(environment().files_url or ""),
    }

STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

MEGABYTE = 1024 * 1024
FILE_BYTES = {
    "photo": 15 * MEGABYTE,
    "video": 80 * MEGABYTE,
    "audio": 20 * MEGABYTE,
    "document": 20 * MEGABYTE,
}
# A whole request: six photos, or a film and a photo, and the words around them. Judged before it is read
# (kit.errors.bodies).
BODY_BYTES = 6 * FILE_BYTES["photo"] + MEGABYTE
OWN_BODY_BYTES = ["/operator/areas/"]  # files of areas are larger; the page has a limit of its own
# width x height that we are ready to decode; more is refused unopened. A JPEG can be decoded at a half or a quarter.
PHOTO_PIXELS = {"JPEG": 64_000_000, "PNG": 32_000_000, "WEBP": 32_000_000}
PHOTO_LONG_SIDE = 2048  # pixels that a stored picture has at most
# `onegrid files prune` leaves alone what is younger, since what refers to it may not be written yet.
FILE_GRACE_HOURS = 24
