"""Whether six months of the services' log are kept, by age and by room."""

import time

import pytest

from onegrid.kit.health import Tone
from onegrid.kit.health.figures import exposition
from onegrid.kit.health.logs import Logs
from tests.house.tree import ROOT

SHIPPED = ROOT / "deploy/systemd/journald@onegrid.conf"


@pytest.fixture
def place(tmp_path, settings):
    settings.JOURNALS, settings.JOURNAL_SETTINGS = tmp_path / "journal", tmp_path / "journald@onegrid.conf"
    settings.JOURNAL_SETTINGS.write_text(SHIPPED.read_text())
    return tmp_path / "journal" / "8e9f.onegrid"


def written(place, days: float, size: int) -> None:
    """A journal whose oldest line is so many days old, and which has that size."""
    place.mkdir(parents=True)
    begun = int((time.time() - days * 86400) * 1e6)
    (place / f"system@0123abcd-{7:016x}-{begun:016x}.journal").write_bytes(b"")
    with (place / "system.journal").open("wb") as active:
        active.truncate(size)


def tones() -> list[Tone]:
    return [one.tone for one in Logs().readings()]


def test_where_no_services_run_there_is_no_journal(place):
    assert tones() == [Tone.GOOD] and list(Logs().figures()) == []


@pytest.mark.parametrize(
    ("days", "megabytes", "room"),
    [(100, 5_000, Tone.GOOD), (10, 5_000, Tone.BAD), (200, 19_000, Tone.GOOD)],  # 20 GB are shipped
)
def test_the_room_for_it_is_told_by_its_pace(place, days, megabytes, room):
    written(place, days, megabytes * 10**6)
    assert tones() == [Tone.GOOD, Tone.GOOD, room]
    figures = exposition(Logs().figures())
    assert "onegrid_log_kept_days 200\n" in figures and "onegrid_log_room_days " in figures


def test_on_the_first_day_no_pace_is_told(place):
    written(place, 0.5, 10**9)
    assert tones() == [Tone.GOOD, Tone.GOOD]


def test_a_setting_beside_counts(place, settings):
    written(place, 30, 10**6)
    beside = settings.JOURNAL_SETTINGS.with_name("journald@onegrid.conf.d")
    beside.mkdir()
    (beside / "short.conf").write_text("[Journal]\nMaxRetentionSec=30day\n")
    assert tones()[1] == Tone.BAD


@pytest.mark.parametrize(("most", "room"), [("", Tone.BAD), ("SystemMaxFiles=4000", Tone.GOOD)])
def test_a_file_a_day_is_more_than_journald_keeps_by_itself(place, settings, most, room):
    """journald keeps 100 files where nothing else is said: with a file a day lines go after 100 days, not 200."""
    written(place, 30, 10**6)
    for day in range(1, 30):
        (place / f"system@0123abcd-{day:016x}-{int((time.time() - day * 86400) * 1e6):016x}.journal").touch()
    told = SHIPPED.read_text().replace("SystemMaxFiles=4000", most)
    settings.JOURNAL_SETTINGS.write_text(told)
    assert tones() == [Tone.GOOD, Tone.GOOD, room]
