"""Uploaded files: judged by content, stored once, answered safely.

`store_file(content, allow=Kinds.PHOTO, at=now)` gives `Stored(file, taken_at, taken_point)`; keep `file` in a foreign
key to "kit.StoredFile". `file_answer(file, request)` sends it; the page that owns the file checks rights first.
"""

from onegrid.kit.files.answer import file_answer
from onegrid.kit.files.kinds import Kinds
from onegrid.kit.files.storing import Stored, cleaned_photo, kind_of, limits_in_words, sha256_of, store_file

__all__ = [
    "Kinds",
    "Stored",
    "cleaned_photo",
    "file_answer",
    "kind_of",
    "limits_in_words",
    "sha256_of",
    "store_file",
]
