"""From an uploaded file to one data file in a folder of its own, or a refusal that says what is wrong with it.

What a file is, is decided by its first bytes, never by its name alone. Archives are read entry by entry: counted,
measured while unpacking (their own figures may lie) and written under names of ours.
"""

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext_lazy as _

from onegrid.kit.errors import Refused

MEBI = 1024 * 1024
MAX_BYTES = 200 * MEBI  # of an uploaded file
MAX_UNPACKED = 500 * MEBI
MAX_ENTRIES = 200
MAX_RATIO = 100  # unpacked ÷ packed; text of coordinates packs some 3 to 10 times
NEVER_SUSPECT = MEBI  # an entry smaller than this may pack as well as it likes
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
NEEDED_PARTS = (".shp", ".shx", ".dbf")
ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".kmz", ".zst")
GEOJSON, GEOPACKAGE, SHAPEFILE = ".geojson", ".gpkg", ".shp"


def check_size(size: int) -> None:
    """Refuses a file too big to be read, before anything of it is read."""
    if size > MAX_BYTES:
        raise Refused(
            "file_too_big",
            _(
                "The file has %(size)s MB; at most %(most)s MB can be imported. Split it, or export fewer columns."
            )
            % {"size": -(-size // MEBI), "most": MAX_BYTES // MEBI},
            size=size,
            most=MAX_BYTES,
        )
    if size == 0:
        raise Refused("file_is_empty", _("The file is empty."))


def unpack(upload: Path, folder: Path) -> Path:
    """The one data file (.geojson, .gpkg or .shp with its parts beside it) in `folder`, made from `upload`."""
    check_size(upload.stat().st_size)
    with upload.open("rb") as content:
        head = content.read(512)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _unzip(upload, folder)
    kind = _kind_of(head)
    if kind == SHAPEFILE:
        raise Refused(
            "shapefile_needs_zip",
            _("A Shapefile consists of several files: pack .shp, .shx, .dbf (and .prj, .cpg) into one .zip."),
        )
    if kind is None:
        raise Refused(
            "file_kind_unknown", _("This is neither GeoJSON nor a GeoPackage nor a zipped Shapefile.")
        )
    target = folder / f"areas{kind}"
    target.symlink_to(upload.resolve())
    _check_text(target)
    return target


def _kind_of(head: bytes) -> str | None:
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return GEOJSON
    if head.startswith(b"SQLite format 3\x00") and head[68:72] in (b"GPKG", b"GP10", b"GP11"):
        return GEOPACKAGE
    return SHAPEFILE if head.startswith(b"\x00\x00\x27\x0a") else None


def _unzip(upload: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = _checked_entries(archive)
            chosen = _chosen(entries)
            left = MAX_UNPACKED
            for suffix, entry in chosen.items():
                with archive.open(entry) as source, (folder / f"areas{suffix}").open("wb") as target:
                    left -= _copy(source, target, left)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as failure:
        raise Refused("zip_is_broken", _("The zip file is damaged or packed in an unknown way.")) from failure
    main = folder / f"areas{next(iter(chosen))}"
    with main.open("rb") as content:
        if _kind_of(content.read(512)) != main.suffix:
            raise Refused(
                "file_kind_unknown",
                _("What the zip file contains is not what its name says."),
                name=main.suffix,
            )
    _check_text(main)
    return main


def _checked_entries(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Refused(
            "zip_has_too_many_entries",
            _("The zip file has %(count)s entries; at most %(most)s are read.")
            % {"count": len(entries), "most": MAX_ENTRIES},
        )
    files = [entry for entry in entries if not entry.is_dir()]
    for entry in entries:
        _check_name(entry)
    for entry in files:
        _check_entry(entry)
    if sum(entry.file_size for entry in files) > MAX_UNPACKED:
        raise _bomb()
    return [entry for entry in files if not PurePosixPath(entry.filename).name.startswith("._")]


def _check_name(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    tricky = path.is_absolute() or ".." in path.parts or ":" in entry.filename
    if tricky or stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(
            "zip_has_tricky_paths",
            _("The zip file wants to write outside its folder (“%(name)s”). It was not opened.")
            % {"name": entry.filename[:80]},
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 0x1:
        raise Refused("zip_is_encrypted", _("The zip file is protected with a password."))
    if entry.filename.lower().endswith(ARCHIVES):
        raise Refused("zip_in_zip", _("There is another archive inside the zip file; unpack it first."))
    packed = max(entry.compress_size, 1)
    if entry.file_size > NEVER_SUSPECT and entry.file_size / packed > MAX_RATIO:
        raise _bomb()


def _bomb() -> Refused:
    return Refused(
        "zip_bomb",
        _(
            "Unpacked, the zip file would become enormous (more than %(most)s MB, or more than %(ratio)s times)."
        )
        % {"most": MAX_UNPACKED // MEBI, "ratio": MAX_RATIO},
    )


def _chosen(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """What is needed of the archive, by suffix, the main file first."""
    mains = [e for e in entries if _suffix(e) in (SHAPEFILE, GEOPACKAGE, GEOJSON, ".json")]
    if len(mains) != 1:
        raise Refused(
            "zip_needs_one_layer" if mains else "zip_has_no_layer",
            _(
                "The zip file must contain exactly one Shapefile, GeoPackage or GeoJSON; it contains %(count)s."
            )
            % {"count": len(mains)},
            found=[e.filename for e in mains][:10],
        )
    main = mains[0]
    suffix = GEOJSON if _suffix(main) == ".json" else _suffix(main)
    return {suffix: main} if suffix != SHAPEFILE else _parts(main, entries)


def _parts(main: zipfile.ZipInfo, entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    stem = main.filename[: -len(SHAPEFILE)].lower()
    beside = {e.filename[len(stem) :].lower(): e for e in entries if e.filename.lower().startswith(stem)}
    missing = [part for part in NEEDED_PARTS if part not in beside]
    if missing:
        raise Refused(
            "shapefile_lacks_parts",
            _("The Shapefile is not complete: %(parts)s is missing in the zip file.")
            % {"parts": ", ".join(missing)},
            missing=missing,
        )
    return {part: beside[part] for part in SHAPEFILE_PARTS if part in beside}


def _suffix(entry: zipfile.ZipInfo) -> str:
    return PurePosixPath(entry.filename).suffix.lower()


def _copy(source: IO[bytes], target: IO[bytes], most: int) -> int:
    count = 0
    for piece in _pieces(source):
        count += len(piece)
        if count > most:
            raise _bomb()
        target.write(piece)
    return count


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(MEBI):
        yield piece


def _check_text(file: Path) -> None:
    """GeoJSON is UTF-8 by its standard (RFC 7946)."""
    if file.suffix != GEOJSON:
        return
    left = b""
    with file.open("rb") as content:
        for piece in _pieces(content):
            left = _undecoded(left + piece)
    if left:
        raise _not_utf8()


def _undecoded(piece: bytes) -> bytes:
    """The beginning of a character at the end of the piece, to be joined with the next one."""
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as failure:
        if failure.reason != "unexpected end of data":
            raise _not_utf8() from None
        return piece[failure.start :]
    return b""


def _not_utf8() -> Refused:
    return Refused(
        "file_is_not_utf8", _("The text in the file is not UTF-8 (often it is GBK). Save it again as UTF-8.")
    )
