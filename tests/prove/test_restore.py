"""A drill touches nothing that was not made for it, and its comparison sees what is another."""

import pytest

from prove import restore
from prove.proof import Proof
from prove.restore import changed, is_lost, judge_files, kept


def test_nothing_is_lost_unless_it_was_made_for_that(tmp_path, monkeypatch):
    assert not is_lost(tmp_path)
    monkeypatch.setenv("PROVE_LOST", "1")
    with pytest.raises(ValueError, match="for-the-drill"):
        is_lost(tmp_path)
    (tmp_path / "for-the-drill").touch()
    assert is_lost(tmp_path)


def test_a_folder_in_which_something_is_stays_as_it_is(tmp_path, monkeypatch):
    somebodys = tmp_path / "somebodys"
    (somebodys / "var" / "pg").mkdir(parents=True)
    (somebodys / "var" / "pg" / "data").write_text("all there is")
    monkeypatch.setenv("PROVE_SOURCE", str(tmp_path))
    monkeypatch.setenv("PROVE_FOLDER", str(somebodys))
    with pytest.raises(ValueError, match="is not empty"):
        restore.run(Proof("restore"))
    assert (somebodys / "var" / "pg" / "data").read_text() == "all there is"


def test_what_is_another_or_gone_is_named():
    assert changed({"a": (1, 7), "b": (2, 8), "c": (3, 9)}, {"a": (1, 7), "b": (2, 5)}) == {
        "b": ((2, 8), (2, 5)),
        "c": ((3, 9), None),
    }
    assert not changed({"a": 1}, {"a": 1, "later": 2})


def test_files_and_anchors_are_compared_by_name_and_size(tmp_path):
    for name, content in {"files/ab/photo": b"123", "anchors/2026-11-26": b"1", "log/web.log": b"x"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    before = kept(tmp_path)
    assert before == {"files/ab/photo": 3, "anchors/2026-11-26": 1}
    (tmp_path / "files/ab/photo").write_bytes(b"12")
    proof = Proof("restore")
    judge_files(proof, before, kept(tmp_path))
    assert proof.failed
