"""Only a cluster that was made for the drill may be lost in it."""

import pytest

from prove.restore import is_lost


def test_nothing_is_lost_unless_it_was_made_for_that(tmp_path, monkeypatch):
    assert not is_lost(tmp_path)
    monkeypatch.setenv("PROVE_LOST", "1")
    with pytest.raises(ValueError, match="for-the-drill"):
        is_lost(tmp_path)
    (tmp_path / "for-the-drill").touch()
    assert is_lost(tmp_path)
