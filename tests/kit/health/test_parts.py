"""What the health page finds of relays, disks, copies and the certificate."""

import json
import ssl
from datetime import UTC, datetime

import pytest
from django.db import connection

from onegrid.kit.facts.announcing import RELAY
from onegrid.kit.facts.queries import relays_running
from onegrid.kit.facts.relay import connect_raw
from onegrid.kit.health import Tone, parts
from onegrid.kit.health.parts import Certificate, Copies, Disk, Listeners


def tones(part) -> list[Tone]:
    return [one.tone for one in part.readings()]


def test_a_relay_is_missed_at_once(db):
    assert (relays_running(), tones(Listeners())[0]) == (0, Tone.BAD)
    with connect_raw(RELAY):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
        assert (relays_running(), tones(Listeners())[0]) == (1, Tone.GOOD)


def test_a_disk_of_copies_that_is_away_or_full(settings, tmp_path, monkeypatch):
    settings.COPIES_FOLDER = tmp_path / "away"
    assert tones(Disk())[1:] == [Tone.BAD]
    settings.COPIES_FOLDER.mkdir()
    assert tones(Disk())[-1] == Tone.WARN  # beside the data
    usage = type("Usage", (), {"free": 10**8, "total": 10**12})()
    monkeypatch.setattr(parts.shutil, "disk_usage", lambda folder: usage)
    assert tones(Disk())[:2] == [Tone.BAD, Tone.BAD]
    free, _whole = Disk().figures()
    assert [labels["disk"] for labels, _value in free.samples] == ["data", "copies"]


def test_a_folder_of_copies_without_a_copy(db, settings, tmp_path):
    settings.COPIES_FOLDER, settings.COPIES_NOTE = tmp_path, tmp_path / "copies.json"
    settings.OWN_DATABASE = True
    assert tones(Copies())[0] == Tone.WARN
    settings.COPIES_NOTE.write_text(f'{{"database_at": "{datetime.now(UTC).isoformat()}"}}')
    assert tones(Copies())[0] == Tone.GOOD
    found = {"database_at": datetime.now(UTC).isoformat(), "gap": "the log after a copy is not whole"}
    settings.COPIES_NOTE.write_text(json.dumps(found))
    assert tones(Copies())[1] == Tone.BAD


@pytest.mark.parametrize(("days", "tone"), [(40, Tone.GOOD), (20, Tone.WARN), (6, Tone.BAD)])
def test_days_of_the_certificate(settings, monkeypatch, days, tone):
    settings.SITE_URL = "https://onegrid.example.cn"
    monkeypatch.setattr(parts, "days_left", lambda site: days)
    assert tones(Certificate()) == [tone]


def test_a_certificate_that_browsers_refuse(settings, monkeypatch):
    def refused(site):
        trouble = ssl.SSLCertVerificationError(1, "certificate verify failed")
        trouble.verify_message = "certificate has expired"
        raise trouble

    settings.SITE_URL = "https://onegrid.example.cn"
    monkeypatch.setattr(parts, "days_left", refused)
    [reading] = Certificate().readings()
    assert (reading.value, reading.tone) == ("certificate has expired", Tone.BAD)
    [figure] = Certificate().figures()
    assert figure.samples[0][1] == -1  # the alert on few days fires
