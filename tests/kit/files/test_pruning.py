import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections, models, transaction
from typer.testing import CliRunner

from onegrid.console.files import app
from onegrid.kit.files import Kinds, pruning, store_file
from onegrid.kit.files.models import StoredFile
from onegrid.kit.files.pruning import prune_files

from .conftest import NOW, kept_objects, picture

LATER = NOW + timedelta(days=2)


@pytest.fixture
def paper_model(db):
    class Paper(models.Model):
        file = models.ForeignKey("kit.StoredFile", on_delete=models.PROTECT, related_name="+")

        class Meta:
            app_label = "kit"

    with connection.schema_editor() as editor:
        editor.create_model(Paper)
    StoredFile._meta._expire_cache()
    yield Paper
    del apps.all_models["kit"]["paper"]
    apps.clear_cache()


def store(colour, at=NOW):
    return store_file(picture(colour=(colour, 0, 0)), allow=Kinds.PHOTO, at=at).file


def age_objects(moment):
    for path in kept_objects():
        os.utime(path, (moment.timestamp(),) * 2)


def test_only_what_nothing_refers_to_goes(paper_model):
    used, unused, young = store(10), store(20), store(30, at=LATER)
    paper_model.objects.create(file=used)
    age_objects(NOW)
    dry = prune_files(before=LATER, dry_run=True)
    assert (dry.files, dry.objects, dry.size) == (1, 0, unused.size)
    assert StoredFile.objects.count() == 3 and len(kept_objects()) == 3
    assert prune_files(before=LATER) == dry
    assert set(StoredFile.objects.all()) == {used, young}
    assert {path.name for path in kept_objects()} == {used.sha256, young.sha256}


@pytest.mark.django_db
def test_stored_again_counts_from_then():
    store(10)
    store(10, at=LATER)
    assert prune_files(before=LATER).files == 0
    assert prune_files(before=LATER + timedelta(seconds=1)).files == 1


@pytest.mark.django_db
def test_an_action_undone_leaves_an_object_that_goes_later():
    with pytest.raises(RuntimeError), transaction.atomic():
        store(10)
        raise RuntimeError("the case was refused after its photo was stored")
    assert len(kept_objects()) == 1
    assert prune_files(before=NOW).objects == 0  # too young: its case may just be on the way
    age_objects(NOW)
    assert prune_files(before=LATER).objects == 1
    assert kept_objects() == []


@pytest.mark.django_db
def test_what_is_not_ours_in_the_folder_stays():
    default_storage.save("ab/notes.txt", ContentFile(b"by hand"))
    default_storage.save("readme.txt", ContentFile(b"by hand"))
    age_objects(NOW)
    assert prune_files(before=LATER).objects == 0
    assert len(kept_objects()) == 2


@pytest.mark.django_db(transaction=True)
def test_storing_the_same_bytes_while_they_are_pruned_loses_nothing(monkeypatch):
    """The row is gone, the object not yet: just then somebody sends the same photo."""
    store(10)
    remove_object = pruning._remove_object

    def somebody_is_faster(digest):
        sender = threading.Thread(target=lambda: (store(10, at=LATER), connections.close_all()))
        sender.start()
        sender.join()
        return remove_object(digest)

    monkeypatch.setattr(pruning, "_remove_object", somebody_is_faster)
    prune_files(before=LATER)
    kept = StoredFile.objects.get()
    assert [path.name for path in kept_objects()] == [kept.sha256]


@pytest.mark.django_db
def test_the_command():
    store(10, at=datetime.now(UTC) - timedelta(days=3))
    store(20, at=datetime.now(UTC))
    said = CliRunner().invoke(app, ["prune", "--dry-run"])
    assert said.exit_code == 0 and said.output.startswith("1 files") and "would be" in said.output
    assert StoredFile.objects.count() == 2
    assert CliRunner().invoke(app, ["prune"]).output.startswith("1 files")
    assert StoredFile.objects.count() == 1
    assert "2 files" not in CliRunner().invoke(app, ["prune", "--grace-hours", "1"]).output
