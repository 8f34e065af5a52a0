"""Secrets are made once, are the owner's alone, and two processes that race get the same ones."""

from concurrent.futures import ProcessPoolExecutor

from onegrid.config.secrets import secrets


def _read(var):
    return secrets.__wrapped__(var)


def test_made_once_and_readable_by_the_owner_only(tmp_path):
    first = _read(tmp_path / "var")
    assert _read(tmp_path / "var") == first
    assert (tmp_path / "var" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_processes_that_race_agree(tmp_path):
    with ProcessPoolExecutor(4) as pool:
        found = list(pool.map(_read, [tmp_path / "var"] * 8))
    assert len({one.secret_key for one in found}) == 1
    assert [p.name for p in (tmp_path / "var").iterdir()] == ["secrets.json"]
