"""A face is shown by consent, only of who answers for the grid, and gone when consent is."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from onegrid.accounts.duties.models import Duty
from onegrid.accounts.identity.actions import leave_service
from onegrid.accounts.portraits.actions import show_portrait, withdraw_portrait
from onegrid.accounts.portraits.models import Portrait
from onegrid.accounts.portraits.queries import portrait_at, portrait_of, who_is_shown
from onegrid.kit.audit.models import AuditEntry
from onegrid.kit.errors import NotAllowed, Refused
from onegrid.kit.files.models import StoredFile
from tests.streets import BY, Streets, streets  # noqa: F401

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
PLACE = b"GPS-SECRET"


def face(colour: str = "teal") -> bytes:
    """A wide photo that says where it was taken."""
    written, exif = BytesIO(), Image.Exif()
    exif[0x010E] = PLACE.decode()
    Image.new("RGB", (900, 600), colour).save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.fixture
def worker(streets: Streets):  # noqa: F811
    return streets.a.staff["grid_worker"]


def shown(by, colour: str = "teal") -> Portrait:
    return show_portrait(photo=face(colour), agreed=True, by=by, at=AT)


def test_a_photo_is_cut_and_written_anew_and_consent_is_on_record(worker, streets):  # noqa: F811
    made, grid = shown(worker), streets.a.grids[0].pk
    assert made.file is not None
    with default_storage.open(made.file.object_name, "rb") as kept:
        content = kept.read()
    with Image.open(BytesIO(content)) as picture:
        assert picture.size == (320, 320) and not picture.getexif()
    assert PLACE not in content
    assert (made.agreed_at, made.terms, made.withdrawn_at) == (AT, "2026-11", None)
    assert AuditEntry.objects.filter(verb="portraits.show", actor_key=worker.actor_key).exists()
    assert StoredFile.objects.count() == 1  # what came in was not kept
    assert portrait_at(grid, AT) == made.file
    person, portrayed = who_is_shown(grid, AT)
    assert person is not None and person.name == worker.display_name and portrayed


def test_only_while_the_person_answers_for_that_grid(worker, streets):  # noqa: F811
    shown(worker)
    own, other = streets.a.grids[0].pk, streets.a.grids[1].pk
    assert portrait_at(other, AT) is None
    Duty.objects.filter(user=worker).update(ends_at=AT + timedelta(hours=1))
    assert portrait_at(own, AT) is not None
    assert portrait_at(own, AT + timedelta(hours=1)) is None
    _person, portrayed = who_is_shown(own, AT + timedelta(hours=2))
    assert not portrayed  # whoever serves above the grid now, or the same person without a duty


def test_words_that_have_changed_since_hide_it(worker, streets):  # noqa: F811
    Portrait.objects.filter(pk=shown(worker).pk).update(terms="2020-01")
    assert portrait_at(streets.a.grids[0].pk, AT) is None


def test_taken_back_the_file_is_gone_at_once(worker, streets, django_capture_on_commit_callbacks):  # noqa: F811
    made = shown(worker)
    name = made.file.object_name
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert withdraw_portrait(by=worker, at=AT + timedelta(days=1)) == 1
    assert not default_storage.exists(name) and not StoredFile.objects.exists()
    made.refresh_from_db()
    assert (made.file, made.withdrawn_at) == (None, AT + timedelta(days=1))
    assert portrait_at(streets.a.grids[0].pk, AT) is None and portrait_of(worker) is None
    assert withdraw_portrait(by=worker, at=AT) == 0


def test_a_new_one_takes_the_place_of_the_old(worker, django_capture_on_commit_callbacks):
    old = shown(worker).file.object_name
    with django_capture_on_commit_callbacks(execute=True):
        new = shown(worker, "maroon")
    assert not default_storage.exists(old) and default_storage.exists(new.file.object_name)
    assert Portrait.objects.filter(user=worker).count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        again = shown(worker, "maroon")  # the same picture: the file stays
    assert default_storage.exists(again.file.object_name)


def test_who_leaves_is_shown_no_more(worker, django_capture_on_commit_callbacks):
    name = shown(worker).file.object_name
    with django_capture_on_commit_callbacks(execute=True):
        leave_service(user=worker, by=BY, at=AT)
    assert not default_storage.exists(name)


def test_refused_and_nothing_is_kept(worker, streets):  # noqa: F811
    def refused(error, **more) -> str:
        with pytest.raises(error) as caught:
            show_portrait(**{"photo": face(), "agreed": True, "by": worker, "at": AT} | more)
        assert not Portrait.objects.exists() and not StoredFile.objects.exists()
        return caught.value.code

    assert refused(Refused, agreed=False) == "consent_needed"
    assert refused(Refused, photo=b"<script>") == "unsupported_file"
    assert refused(Refused, photo=b"%PDF-1.4 x") == "unsupported_file"
    assert refused(NotAllowed, by=streets.a.staff["leader"]) == "no_grid_duty"
