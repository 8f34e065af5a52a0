"""Whether the parts of an Excel file are what an office program writes. Which part is read as XML is said inside the
file, so its name proves nothing: every part is looked at."""

import zipfile

MARKS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, which would hide a DOCTYPE
PROLOG = 64 * 1024  # bytes in which a DOCTYPE would stand, comments before it included


def is_strange(part: bytes) -> bool:
    """No office program writes a DOCTYPE (its entities make XML explode, or fetch files) or UTF-16."""
    begin = part[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not begin.startswith(b"<") and not part.startswith(MARKS):
        return False  # a picture, a font
    return b"<!DOCTYPE" in part[:PROLOG] or part.startswith(MARKS) or b"\0" in begin


def has_strange_part(archive: zipfile.ZipFile) -> bool:
    """Of files that may be large: only what comes before the first element is unpacked."""
    for name in archive.namelist():
        with archive.open(name) as part:
            if is_strange(part.read(PROLOG)):
                return True
    return False
