"""Files that want to harm, or that are simply broken: refused in words, and nothing stays behind."""

import stat
import zipfile

import pytest

from onegrid.kit.errors import Refused
from onegrid.places.areas import actions, reading
from onegrid.places.areas.actions.drafts import imports_folder
from onegrid.places.areas.models import ImportDraft
from tests.places.areas.conftest import AT, BY
from tests.places.areas.files import geojson, shapefile
from tests.places.areas.test_import import box, start

ROWS = [({"c": "A-1"}, box(0, 0))]
PACKED = zipfile.ZIP_DEFLATED


def archive(folder, entries, **more):
    target = folder / "a.zip"
    with zipfile.ZipFile(target, "w", PACKED) as packed:
        for name, content in entries:
            packed.writestr(name, content, **more)
    return target


def link(folder):
    entry = zipfile.ZipInfo("a.geojson")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return archive(folder, [(entry, "/etc/passwd")])


def lying(folder):
    """An entry whose header says it is small: the sizes in both headers are overwritten."""
    target = archive(folder, [("a.geojson", b"{" + b" " * 3_000_000)])
    body = target.read_bytes()
    return _rewritten(target, body.replace((3_000_001).to_bytes(4, "little"), (100).to_bytes(4, "little")))


def _rewritten(target, body):
    target.write_bytes(body)
    return target


def text(folder, content: bytes, name="a.geojson"):
    return _rewritten(folder / name, content)


HOSTILE = {
    "zip_bomb": lambda f: archive(f, [("a.geojson", b"{" + b" " * 60_000_000)]),
    "zip_has_tricky_paths": lambda f: archive(f, [("../../a.geojson", b"{}")]),
    "zip_has_tricky_paths ": lambda f: archive(f, [("/etc/a.geojson", b"{}")]),
    "zip_has_tricky_paths  ": lambda f: archive(f, [("..\\a.geojson", b"{}")]),
    "zip_has_tricky_paths   ": link,
    "zip_in_zip": lambda f: archive(f, [("a.zip", b"PK"), ("a.geojson", b"{}")]),
    "zip_has_too_many_entries": lambda f: archive(f, [(f"{n}.txt", b"") for n in range(201)]),
    "zip_is_broken": lying,
    "zip_is_broken ": lambda f: text(f, b"PK\x03\x04" + b"x" * 99, "a.zip"),
    "zip_has_no_layer": lambda f: archive(f, [("readme.txt", b"hello")]),
    "zip_needs_one_layer": lambda f: archive(f, [("a.geojson", b"{}"), ("b.geojson", b"{}")]),
    "shapefile_lacks_parts": lambda f: shapefile(f, ROWS, (".dbf",)),
    "shapefile_needs_zip": lambda f: text(f, b"\x00\x00\x27\x0a" + b"\0" * 96, "a.shp"),
    "file_is_empty": lambda f: text(f, b""),
    "file_kind_unknown": lambda f: text(f, b"<OGRVRTDataSource></OGRVRTDataSource>"),
    "file_kind_unknown ": lambda f: archive(f, [("a.gpkg", b'<OGRVRTDataSource relativeToVRT="0"/>')]),
    "file_cannot_be_read": lambda f: text(f, b'{"type": "FeatureCollection", "features": [{'),
    "file_is_not_utf8": lambda f: text(f, '{"type": "FeatureCollection", "name": "网格"}'.encode("gbk")),
    "file_has_no_features": lambda f: geojson(f / "a.geojson", []),
}


@pytest.mark.parametrize("code", HOSTILE)
def test_it_is_refused_and_nothing_stays(code, tmp_path, db):
    with pytest.raises(Refused) as caught:
        start(HOSTILE[code](tmp_path))
    assert caught.value.code == code.strip() and str(caught.value.message)
    assert not ImportDraft.objects.exists()
    assert not imports_folder().exists() or not any(imports_folder().iterdir())


def test_a_file_that_is_too_big_is_refused_unread(tmp_path, db):
    class Unreadable:
        def read(self, *_size):
            raise AssertionError("it was read")

    with pytest.raises(Refused) as caught:
        actions.start_import(content=Unreadable(), file_name="a", size=300 * 1024**2, by=BY, at=AT)
    assert caught.value.code == "file_too_big" and "300 MB" in str(caught.value.message)


def test_a_reader_that_needs_too_long_is_stopped(tmp_path, db, monkeypatch):
    monkeypatch.setattr(reading.reader, "SECONDS", 0.05)
    with pytest.raises(Refused) as caught:
        start(geojson(tmp_path / "a.geojson", ROWS))
    assert caught.value.code == "file_takes_too_long"


def test_a_reader_that_needs_too_much_memory_is_stopped(tmp_path, db, monkeypatch):
    monkeypatch.setattr(reading.reader, "MEMORY", 100 * 1024**2)
    with pytest.raises(Refused) as caught:
        start(geojson(tmp_path / "a.geojson", ROWS))
    assert caught.value.code == "file_cannot_be_read"


def test_the_reader_sees_no_secrets(tmp_path):
    shown = reading.reader._environment(tmp_path)
    assert not [name for name in shown if "ONEGRID" in name or "PASSWORD" in name]
    assert {"GeoJSON", "GPKG", "ESRI Shapefile"}.isdisjoint(shown["GDAL_SKIP"].split(","))
    assert "OGR_VRT" in shown["GDAL_SKIP"].split(",")
